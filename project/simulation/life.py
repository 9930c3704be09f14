"""Which step of the plan's life is due next, and what it does. Pure: the plan's time is an argument.

One step at a time: the same plan, generator and first moment give the same steps.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from random import Random
from uuid import UUID

from project.simulation import course, groups
from project.simulation.mishaps import Mishaps
from project.simulation.plan import Plan
from project.simulation.rows import ENDED, Edit, ObservationRow, ReservationRow, Span, Step, UnitRow
from project.simulation.scheduler import Scheduler
from project.simulation.sky import Sky

KEPT, AHEAD = timedelta(hours=24), timedelta(hours=36)
"""How long a row stays after its end, and how far ahead is planned."""
EXTEND_EVERY = timedelta(minutes=30)


class Kind(IntEnum):
    """Of what is due; at one time, the lower is first."""

    REMOVE = 1
    FOLLOW = 2
    ADVANCE = 3
    EXTEND = 4
    MISHAP = 5
    READ = 6


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """What is due, when, and of which row."""

    at: datetime
    kind: Kind
    key: UUID


NOBODY = UUID(int=0)


class Life:
    """Lives a plan from a moment on; every step is applied to the plan in memory."""

    def __init__(self, sky: Sky, random: Random, fields: list[str], now: datetime) -> None:
        self._scheduler = Scheduler(sky, random, fields)
        self._mishaps = Mishaps(sky, random, fields)
        self.lived_until = now
        self._extend_at = now + EXTEND_EVERY
        self._mishap_at = self._mishaps.next_after(now)

    def next_due(self, plan: Plan) -> Due:
        """What is next; there is always something. What should have happened already is due now."""
        return min(self._dues(plan))

    def step(self, plan: Plan, due: Due) -> Step:
        """Do it. A step may turn out to change nothing."""
        self.lived_until = due.at
        edits = list(self._edits(plan, due))
        plan.apply(edits)
        touched = {edit.row.scheduling_unit_id for edit in edits if isinstance(edit.row, ObservationRow)}
        edits += _follow_up(plan, {key for key in touched if key is not None})
        return Step(due.at, tuple(edits))

    def renew(self, plan: Plan, now: datetime) -> Step:
        """Make the plan what it is at this time, as few changes as there can be: at the start, and after an absence."""
        before = Plan(plan.rows())
        self.lived_until = now
        self._extend_at, self._mishap_at = now + EXTEND_EVERY, self._mishaps.next_after(now)
        plan.apply(list(_expired(plan, now)))
        self._settle(plan, list(plan.observations.values()))
        rows = self._scheduler.extend(plan, Span(now - KEPT, now + AHEAD))
        added = [row for row in rows if isinstance(row, ObservationRow)]
        past = [Edit(row, self._mishaps.in_the_past(row)) for row in added if row.end <= now]
        plan.apply(past)
        self._settle(plan, [plan.observations[row.id] for row in added])
        plan.apply([Edit(it, course.reservation_ended(it)) for it in plan.reservations.values() if _is_over(it, now)])
        while edits := groups.follow_ups(plan):
            plan.apply(edits)
        return Step(now, tuple(plan.differences(before)))

    def _settle(self, plan: Plan, rows: Iterable[ObservationRow]) -> None:
        plan.apply([Edit(row, course.settled(plan, row, self.lived_until)) for row in rows])

    def _dues(self, plan: Plan) -> Iterator[Due]:
        now = self.lived_until
        yield Due(max(now, self._extend_at), Kind.EXTEND, NOBODY)
        yield Due(max(now, self._mishap_at), Kind.MISHAP, NOBODY)
        if groups.follow_ups(plan):
            yield Due(now, Kind.FOLLOW, NOBODY)
        for key in plan.units:
            if ends := [row.end for row in plan.of_unit(key)]:
                yield Due(max(now, max(ends) + KEPT), Kind.REMOVE, key)
        for observation in plan.observations.values():
            if observation.status not in ENDED or observation.scheduling_unit_id is None:
                yield from self._dues_of_observation(observation)
        for reservation in plan.reservations.values():
            if (end := course.reservation_due(reservation)) is not None:
                yield Due(max(now, end), Kind.ADVANCE, reservation.id)
            yield Due(max(now, reservation.end + KEPT), Kind.REMOVE, reservation.id)

    def _dues_of_observation(self, row: ObservationRow) -> Iterator[Due]:
        now = self.lived_until
        if row.scheduling_unit_id is None:
            yield Due(max(now, row.end + KEPT), Kind.REMOVE, row.id)
        if row.end + KEPT <= now:
            return
        if (change := course.due(row)) is not None:
            yield Due(max(now, change[0]), Kind.ADVANCE, row.id)
        if (reading := course.next_reading(row, now)) is not None:
            yield Due(reading, Kind.READ, row.id)

    def _edits(self, plan: Plan, due: Due) -> Iterator[Edit]:
        match due.kind:
            case Kind.REMOVE:
                yield from _removal(plan, due.key)
            case Kind.ADVANCE if due.key in plan.reservations:
                reservation = plan.reservations[due.key]
                yield Edit(reservation, course.reservation_ended(reservation))
            case Kind.ADVANCE:
                row = plan.observations[due.key]
                yield Edit(row, course.advanced(plan, row))
            case Kind.READ:
                row = plan.observations[due.key]
                yield Edit(row, course.read(row))
            case Kind.FOLLOW:
                yield from groups.follow_ups(plan)
            case Kind.MISHAP:
                self._mishap_at = self._mishaps.next_after(due.at)
                yield from self._mishaps.strike(plan, due.at)
            case Kind.EXTEND:
                self._extend_at = due.at + EXTEND_EVERY
                rows = self._scheduler.extend(plan, Span(due.at + EXTEND_EVERY, due.at + AHEAD))
                yield from (Edit(None, row) for row in rows)


def _follow_up(plan: Plan, units: set[UUID]) -> list[Edit]:
    """What the touched units owe to their observations, and then the projects to those units; applied."""
    edits: list[Edit] = []
    touched = [plan.units[key] for key in sorted(units) if key in plan.units]
    for unit in touched:
        edits += [edit for edit in groups.unit_follow_ups(plan, unit) if isinstance(edit.row, UnitRow)]
    plan.apply(edits)
    for key in sorted({unit.project_id for unit in touched} & plan.projects.keys()):
        above = [edit for edit in groups.project_follow_ups(plan, plan.projects[key]) if edit.row.id == key]
        plan.apply(above)
        edits += above
    return edits


def _removal(plan: Plan, key: UUID) -> Iterator[Edit]:
    """A unit goes with its observations."""
    if key in plan.reservations:
        yield Edit(plan.reservations[key], None)
    elif key in plan.observations:
        yield Edit(plan.observations[key], None)
    else:
        rows = sorted(plan.of_unit(key), key=lambda row: row.id)
        yield from (Edit(row, None) for row in rows)
        yield Edit(plan.units[key], None)


def _expired(plan: Plan, now: datetime) -> Iterator[Edit]:
    """Everything that nobody wants to see any more."""
    for key in plan.units:
        if (rows := plan.of_unit(key)) and all(row.end + KEPT <= now for row in rows):
            yield from _removal(plan, key)
    ending: list[ObservationRow | ReservationRow] = [*plan.observations.values(), *plan.reservations.values()]
    for row in ending:
        belongs = isinstance(row, ObservationRow) and row.scheduling_unit_id is not None
        if not belongs and row.end + KEPT <= now:
            yield Edit(row, None)


def _is_over(row: ReservationRow, now: datetime) -> bool:
    return row.status not in ENDED and row.end <= now
