"""The plan and its clock, read from the database and, the clock, written to it.

What somebody typed may lie outside of every calendar; such rows are left where they are, and such a clock is no clock.
"""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from project.models import Clock, Observation, Project, Reservation, SchedulingUnit
from project.simulation.plan import Plan
from project.simulation.rows import ObservationRow, ProjectRow, ReservationRow, Row, UnitRow

MODELS: dict[type[Row], type[models.Model]] = {
    ProjectRow: Project,
    UnitRow: SchedulingUnit,
    ObservationRow: Observation,
    ReservationRow: Reservation,
}
NEAR = timedelta(days=20)
"""What starts later, or ended longer ago, is not looked at, unless it belongs to a unit that is."""
FIRST_DAY, LAST_DAY = datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def columns(table: type[Row]) -> list[str]:
    """Of the model too: see rows."""
    return [field.name for field in fields(table)]


def wait_for_no_disk() -> None:
    """This connection's commits return before they are on disk: what a crash may take is only a simulation's."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def read_plan(now: datetime) -> Plan:
    """What there is around this time of the plan's."""
    near = Q(start__range=(FIRST_DAY, now + NEAR)) & (
        Q(stop__range=(now - NEAR, LAST_DAY)) | Q(stop=None, start__gt=now - NEAR)
    )
    calendar = Q(start__range=(FIRST_DAY, LAST_DAY)) & (Q(stop=None) | Q(stop__range=(FIRST_DAY, LAST_DAY)))
    # A unit goes when all of its observations are old: of a unit that is looked at, all are.
    mates = Q(scheduling_unit__in=Observation.objects.filter(near).values("scheduling_unit")) & calendar
    return Plan(
        [
            *_rows(ProjectRow, Q()),
            *_rows(UnitRow, Q()),
            *_rows(ObservationRow, near | mates),
            *_rows(ReservationRow, near),
        ]
    )


def _rows(table: type[Row], condition: Q) -> list[Row]:
    found = MODELS[table]._default_manager.filter(condition).order_by("id").values_list(*columns(table))
    return [table(*values) for values in found]


def remove_ancient(now: datetime) -> int:
    """Delete what ended too long ago to be looked at; how many rows."""
    ancient = Q(stop__range=(FIRST_DAY, now - NEAR)) | Q(stop=None, start__range=(FIRST_DAY, now - NEAR))
    with transaction.atomic():
        units = list(SchedulingUnit.objects.filter(observations__in=Observation.objects.filter(ancient)).distinct())
        removed = Observation.objects.filter(ancient).delete()[0] + Reservation.objects.filter(ancient).delete()[0]
        keys = [unit.pk for unit in units]
        return removed + SchedulingUnit.objects.filter(pk__in=keys, observations=None).delete()[0]


def read_clock() -> Clock | None:
    """The one that can be read and will go on for a while; None where there is no such clock."""
    try:
        clock = Clock.objects.first()
        if clock is None or not FIRST_DAY < clock.at(timezone.now() + NEAR) < LAST_DAY:
            return None
    except (OverflowError, ValueError):  # infinity, NaN, before the year 1
        return None
    return clock if FIRST_DAY < clock.at(timezone.now()) < LAST_DAY else None


def set_clock(plan_time: datetime, speed: float) -> Clock:
    """One change. Speed 0: the clock stands."""
    values: dict[str, Any] = {"plan_time": plan_time, "set_at": timezone.now(), "speed": speed}
    clock, _ = Clock.objects.update_or_create(id=1, defaults=values)
    return clock


def clear() -> int:
    """Delete the plan and its clock; how many rows."""
    with transaction.atomic():
        tables: list[type[models.Model]] = [Observation, Reservation, SchedulingUnit, Project, Clock]
        return sum(model._default_manager.all().delete()[0] for model in tables)


def count_rows() -> int:
    """Of the plan and its clock."""
    tables: list[type[models.Model]] = [*MODELS.values(), Clock]
    return sum(model._default_manager.count() for model in tables)
