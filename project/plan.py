"""The plan as the page is told it: plain rows, keyed as messages key them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q
from django.utils import timezone

from project.models import AntennaField, Clock, Draft, Observation, Reservation

ROWS_AT_MOST = 2000
"""Of each table, and the first ones by their start."""

CALENDAR = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
SHOWN_BEFORE, SHOWN_AFTER = timedelta(hours=24), timedelta(hours=48)

Rows = dict[str, list[dict[str, Any]]]

SCHEDULERS = "schedulers"
"""The group whose members see drafts, by the page and by their messages alike."""
DRAFTS = "drafts"

TABLES: Mapping[str, tuple[type[Observation | Reservation | Draft], Mapping[str, str]]] = {
    "observations": (
        Observation,
        {
            "id": "id",
            "target": "target",
            "right_ascension": "right_ascension",
            "declination": "declination",
            "antenna_field": "antenna_field",
            "status": "status",
            "start": "start",
            "stop": "stop",
            "recorded_bytes": "recorded_bytes",
            "scheduling_unit": "scheduling_unit__name",
            "project": "scheduling_unit__project__name",
        },
    ),
    "reservations": (
        Reservation,
        {
            "id": "id",
            "purpose": "purpose",
            "antenna_field": "antenna_field",
            "status": "status",
            "start": "start",
            "stop": "stop",
            "project": "project__name",
        },
    ),
    DRAFTS: (
        Draft,
        {"id": "id", "target": "target", "antenna_field": "antenna_field", "start": "start", "stop": "stop"},
    ),
}
"""The page's words for the tables and for what it shows of them, and where Django finds that."""


@dataclass(frozen=True, slots=True)
class Window:
    """The plan's time now, how fast it runs, and the span around it that is shown at first."""

    now: datetime
    speed: float

    @property
    def since(self) -> datetime:
        return self.now - SHOWN_BEFORE

    @property
    def until(self) -> datetime:
        return self.now + SHOWN_AFTER


def window() -> Window:
    """The one of this moment; a clock that has left the calendar counts as none."""
    clock, our_time = Clock.current(), timezone.now()
    with suppress(OverflowError):
        return Window(clock.at(our_time), clock.speed)
    return Window(our_time, 1.0)


def is_scheduler(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this user sees drafts."""
    return isinstance(user, User) and user.groups.filter(name=SCHEDULERS).exists()


def tables(*, with_drafts: bool) -> list[str]:
    """Which are shown."""
    return [table for table in TABLES if with_drafts or table != DRAFTS]


def rows_named(named: Mapping[str, Sequence[UUID]], shown: Sequence[str]) -> Rows:
    """The rows with these keys; one that is not there is left out."""
    return {table: _rows(table, Q(id__in=named.get(table, []))) for table in shown}


def rows_between(since: datetime, until: datetime, shown: Sequence[str]) -> Rows:
    """The rows that start in this span, and those that reach into it: a reservation with an open end does."""
    in_span, reaching = Q(start__gte=since), Q(stop__gte=since)
    reaches = dict.fromkeys(shown, in_span | reaching) | {"reservations": in_span | reaching | Q(stop=None)}
    return {table: _rows(table, Q(start__lte=until) & reaches[table]) for table in shown}


def is_cut(rows: Rows) -> bool:
    """Whether there may be more rows than these."""
    return any(len(table) == ROWS_AT_MOST for table in rows.values())


def lanes() -> list[dict[str, str]]:
    """The antenna fields in their order: the page has a lane for each, those of a station together."""
    fields = [(field.value, *field.label.split()) for field in AntennaField]
    return [{"field": value, "station": station, "part": part} for value, station, part in fields]


READABLE = Q(start__range=CALENDAR) & (Q(stop=None) | Q(stop__range=CALENDAR))
"""PostgreSQL's times reach further than Python's: a row that somebody typed must not take the others with it."""


def _rows(table: str, condition: Q) -> list[dict[str, Any]]:
    model, fields = TABLES[table]
    rows = (
        model.objects.filter(READABLE, condition).order_by("start", "id").values_list(*fields.values())[:ROWS_AT_MOST]
    )
    return [dict(zip(fields, row, strict=True)) | {"id": row[0].hex} for row in rows]
