"""The live page, and the plan that it fetches."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from project.models import Status
from project.plan import TABLES, is_cut, is_scheduler, lanes, rows_between, rows_named, tables, window


@require_GET
def timeline(request: HttpRequest) -> HttpResponse:
    """Schedulers follow their group's messages too."""
    shows_drafts = is_scheduler(request.user)
    facts = {
        "facility": settings.TRIGGERS["FACILITY"],
        "words": "subscribe-broadcast&subscribe-group" if shows_drafts else "subscribe-broadcast",
        "shows_drafts": shows_drafts,
        "lanes": lanes(),
        "statuses": Status.values,
    }
    return render(request, "project/timeline.html", facts)


@require_GET
@never_cache
def plan(request: HttpRequest) -> HttpResponse:
    """The clock, and rows of the plan: those that are named, or those of a span of the plan's time.

    `?observations=<key>,<key>&reservations=<key>` names rows, by their keys as messages write them. Without a name, the
    span is the one around now, or `?from=…&until=…` (ISO 8601, with an offset). Drafts are for schedulers only.
    """
    try:
        shown = tables(with_drafts=is_scheduler(request.user))
        named = {table: _keys(request.GET[table]) for table in TABLES if table in request.GET}
        around = window()
        since = _time(request.GET.get("from")) or around.since
        until = _time(request.GET.get("until")) or around.until
    except ValueError as error:
        return HttpResponseBadRequest(f"{error}\n", content_type="text/plain")
    rows = rows_named(named, shown) if named else rows_between(since, until, shown)
    clock = {"now": around.now, "speed": around.speed}
    return JsonResponse({"clock": clock, "from": since, "until": until, "is_cut": is_cut(rows), **rows})


def _keys(text: str) -> list[UUID]:
    return [UUID(key) for key in text.split(",") if key]


def _time(text: str | None) -> datetime | None:
    """Raises ValueError for what is no time, or none that is the same everywhere."""
    if text is None:
        return None
    time = parse_datetime(text)
    if time is None or time.tzinfo is None:
        raise ValueError(f"{text!r} is no time: write it as 2030-01-31T12:00:00Z")
    return time
