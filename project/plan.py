"""The plan as the page is told it: plain rows, keyed as messages key them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from project.models import AntennaField, Clock, Observation, Reservation

ROWS_AT_MOST = 2000
"""Of each table, and the first ones by their start."""

CALENDAR = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
SHOWN_BEFORE, SHOWN_AFTER = timedelta(hours=24), timedelta(hours=48)

Rows = dict[str, list[dict[str, Any]]]

TABLES: Mapping[str, tuple[type[Observation | Reservation], Mapping[str, str]]] = {
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


def rows_named(named: Mapping[str, Sequence[UUID]]) -> Rows:
    """The rows with these keys; one that is not there is left out."""
    return {table: _rows(table, Q(id__in=named.get(table, []))) for table in TABLES}


def rows_between(since: datetime, until: datetime) -> Rows:
    """The rows that start in this span, and those that reach into it: a reservation with an open end does."""
    reaching = {"observations": Q(stop__gte=since), "reservations": Q(stop__gte=since) | Q(stop=None)}
    in_span = Q(start__gte=since)
    return {table: _rows(table, Q(start__lte=until) & (in_span | reaching[table])) for table in TABLES}


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
