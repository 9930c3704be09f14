"""What comes between a plan and its course: something fails, is cancelled, slips, moves or takes longer. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from project.simulation.plan import Plan
from project.simulation.rows import WAITING, Edit, ObservationRow, Status
from project.simulation.sky import Sky

EVERY = timedelta(minutes=50)
"""On average."""
NOTICE = timedelta(minutes=30)
"""What starts sooner is left alone, and no observation fails or is lengthened that is so close to its end."""
PLANNED = timedelta(hours=24)
"""What starts later is not worth a change yet."""
FAILED_BEFORE, CANCELLED_BEFORE = 0.04, 0.08
"""Of what is planned into the past, which mishap each had: below the first, below the second."""


class Mishaps:
    """Each happens to all of a scheduling unit's observations that have not begun, or to one that runs."""

    def __init__(self, sky: Sky, random: Random, fields: Sequence[str]) -> None:
        self._sky = sky
        self._random = random
        self._fields = fields
        self._kinds: tuple[Callable[[Plan, datetime], list[Edit]], ...] = (
            self._fail,
            self._cancel,
            self._slip,
            self._slip,
            self._move,
            self._move,
            self._lengthen,
        )

    def next_after(self, now: datetime) -> datetime:
        return now + EVERY * self._random.expovariate(1)

    def strike(self, plan: Plan, now: datetime) -> list[Edit]:
        """One of them; nothing where there is nobody to whom it could happen."""
        return self._random.choice(self._kinds)(plan, now)

    def in_the_past(self, row: ObservationRow) -> ObservationRow:
        """An observation that is planned into the past has had its mishaps too."""
        chance = self._random.random()
        if chance < FAILED_BEFORE:
            stop = row.start + (row.end - row.start) * self._random.uniform(0.1, 0.9)
            return replace(row, stop=stop.replace(microsecond=0), status=Status.ERROR)
        return replace(row, status=Status.CANCELLED) if chance < CANCELLED_BEFORE else row

    def _fail(self, plan: Plan, now: datetime) -> list[Edit]:
        return [Edit(row, replace(row, status=Status.ERROR, stop=now)) for row in self._running(plan, now)]

    def _lengthen(self, plan: Plan, now: datetime) -> list[Edit]:
        longer = timedelta(minutes=5 * self._random.randint(2, 12))
        rows = [(row, replace(row, stop=row.end + longer)) for row in self._running(plan, now)]
        return [Edit(row, after) for row, after in rows if self._fits(plan, [after])]

    def _cancel(self, plan: Plan, now: datetime) -> list[Edit]:
        return [Edit(row, replace(row, status=Status.CANCELLED)) for row in self._waiting(plan, now)]

    def _slip(self, plan: Plan, now: datetime) -> list[Edit]:
        later = timedelta(minutes=5 * self._random.randint(1, 9))
        rows = self._waiting(plan, now)
        return self._changed(plan, rows, [replace(it, start=it.start + later, stop=it.end + later) for it in rows])

    def _move(self, plan: Plan, now: datetime) -> list[Edit]:
        """To the first field, in an order of chance, that has room."""
        rows = self._waiting(plan, now)
        for field in self._random.sample(self._fields, len(self._fields)):
            others = [replace(row, antenna_field=field) for row in rows if row.antenna_field != field]
            if others and (edits := self._changed(plan, rows, others)):
                return edits
        return []

    def _changed(self, plan: Plan, rows: Sequence[ObservationRow], others: Sequence[ObservationRow]) -> list[Edit]:
        fits = len(rows) == len(others) and self._fits(plan, others)
        return [Edit(row, other) for row, other in zip(rows, others, strict=True)] if fits else []

    def _fits(self, plan: Plan, rows: Sequence[ObservationRow]) -> bool:
        """Whether these may stand in the plan in place of the rows with their keys."""
        keys = {row.id for row in rows}
        return all(
            self._sky.is_visible(row.target, row.span)
            and not any(span.overlaps(row.span) for span in plan.taken(row.antenna_field, keys))
            for row in rows
        )

    def _running(self, plan: Plan, now: datetime) -> list[ObservationRow]:
        """One that does not end soon, or none."""
        found = [row for row in plan.observations.values() if row.status == Status.OBSERVING and row.end > now + NOTICE]
        return [self._random.choice(sorted(found, key=lambda row: row.id))] if found else []

    def _waiting(self, plan: Plan, now: datetime) -> list[ObservationRow]:
        """A scheduling unit's observations that have not begun, none of them about to; or none."""
        units = [
            sorted((row for row in rows if row.status in WAITING), key=lambda row: (row.start, row.id))
            for rows in map(plan.of_unit, sorted(plan.units))
        ]
        found = [rows for rows in units if rows and now + NOTICE < rows[0].start < now + PLANNED]
        return self._random.choice(found) if found else []
