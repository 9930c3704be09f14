"""The live page, and the rows that it fetches."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from project.models import Observation

ROWS_AT_MOST = 500
FIELDS = ("id", "target", "antenna_set", "status", "start", "stop")


@require_GET
def live_table(request: HttpRequest) -> HttpResponse:
    return render(request, "project/live_table.html", {"facility": settings.TRIGGERS["FACILITY"]})


@require_GET
@never_cache
def observations(request: HttpRequest) -> HttpResponse:
    """The newest observations, or those that `?id=…&id=…` names, as `{"observations": [{…}, …]}`."""
    try:
        ids = [UUID(text) for text in request.GET.getlist("id")]
    except ValueError:
        return HttpResponseBadRequest("Every id is a UUID.", content_type="text/plain")
    wanted = Observation.objects.filter(id__in=ids) if ids else Observation.objects.all()
    rows = wanted.order_by("-start", "id").values(*FIELDS)[:ROWS_AT_MOST]
    return JsonResponse({"observations": list(rows)})
