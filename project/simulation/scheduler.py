"""Makes the plan: the sky, a generator, a plan and a span come in; rows that fit into it go out. Pure.

An observation lies inside one pass of its target, around the transit when that can be; on its antenna field it
overlaps neither another one nor a reservation.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from project.simulation.plan import Plan
from project.simulation.programmes import OCCASIONS, PATTERNS, PROJECTS, Occasion, Pattern, Reach
from project.simulation.rows import Edit, ObservationRow, ProjectRow, ReservationRow, Row, Span, Status, UnitRow
from project.simulation.sky import Sky

SWITCH = timedelta(minutes=2)
"""Between two observations of a unit."""
WAIT_FOR_TRANSIT = timedelta(minutes=90)
BEHIND = timedelta(hours=24)
INTERNATIONAL = ("DE",)
"""How the names of international stations begin."""
RETRY = timedelta(minutes=30)

Slot = tuple[str, Span]
"""A star's name, and when it is looked at."""


class Scheduler:
    """Fills antenna fields with scheduling units."""

    def __init__(self, sky: Sky, random: Random, fields: Sequence[str]) -> None:
        self._sky = sky
        self._random = random
        self._fields = fields
        self._planned_until: datetime | None = None

    def extend(self, plan: Plan, span: Span) -> list[Row]:
        """Fill every field from its last observation on, or from the span's start, and put it all into the plan.

        The rows that were added, those first that others stand on.
        """
        before = set(plan.rows())
        if not plan.projects:
            _add(plan, [self._project(name) for name in PROJECTS])
        for occasion in OCCASIONS:
            _add(plan, self._reservations(plan, occasion, Span(self._new_from(plan, span), span.stop)))
        self._planned_until = span.stop
        projects = sorted(
            (row for row in plan.projects.values() if row.status != Status.CANCELLED), key=lambda row: row.id
        )
        for field in self._fields if projects else ():
            self._fill(plan, field, span, projects)
        return [row for row in plan.rows() if row not in before]

    def _new_from(self, plan: Plan, span: Span) -> datetime:
        """Up to where the span was planned before: by us, or by a simulator before us."""
        starts = [row.start for row in plan.observations.values() if row.start < span.stop]
        return max(span.start, self._planned_until or max(starts, default=span.start))

    def _fill(self, plan: Plan, field: str, span: Span, projects: Sequence[ProjectRow]) -> None:
        cursor = max([span.start, *(it.stop for it in plan.observed(field) if it.start < span.stop)])
        taken = plan.taken(field)
        while slots := self._unit(Span(cursor, span.stop), taken):
            _add(plan, self._rows(self._random.choice(projects), field, slots))
            cursor = slots[-1][1].stop + self._pause()

    def _pause(self) -> timedelta:
        """Antennas idle: mostly for minutes, now and then for hours."""
        minutes = (5, 30) if self._random.random() < 0.6 else (45, 240)
        return timedelta(minutes=self._random.randint(*minutes))

    def _unit(self, begin: Span, taken: Sequence[Span]) -> list[Slot]:
        """The observations of a unit that begins in this span, where nothing is taken; none where there is no room."""
        earliest = begin.start
        while earliest < begin.stop:
            slots = self._slots(self._random.choice(PATTERNS), earliest)
            whole = Span(slots[0][1].start, slots[-1][1].stop) if slots else Span(earliest, earliest + RETRY)
            in_the_way = [span.stop for span in taken if span.overlaps(whole)]
            if slots and not in_the_way:
                return slots
            earliest = max([earliest + RETRY, *in_the_way])
        return []

    def _slots(self, pattern: Pattern, earliest: datetime) -> list[Slot]:
        before, (main,), after = (
            [self._minutes(bounds) for bounds in part] for part in (pattern.before, [pattern.main], pattern.after)
        )
        slot = self._around_transit(earliest + sum((SWITCH + it for it in before), timedelta()), main)
        if slot is None:
            return []
        name, span = slot
        sides = [*_spans_before(span.start, before), *_spans_after(span.stop, after)]
        if pattern.has_calibrator:
            stars = [self._visible([Span(sides[0].start, sides[-1].stop)], {name})] * len(sides)
        else:
            stars = [self._visible([side], {name}) for side in sides]
        found = [(star, side) for star, side in zip(stars, sides, strict=True) if star is not None]
        return sorted([*found, slot], key=lambda it: it[1].start)

    def _minutes(self, bounds: tuple[int, int]) -> timedelta:
        shortest, longest = bounds
        return timedelta(minutes=self._random.randrange(shortest, longest + 1, 5))

    def _around_transit(self, earliest: datetime, length: timedelta) -> Slot | None:
        """A star that is half-way through its observation when it is highest, else one that is high enough."""
        search = Span(earliest, earliest + WAIT_FOR_TRANSIT + length)
        found = [
            (name, span)
            for name in self._sky.stars
            for it in self._sky.passes(name, search)
            if it.visible.holds(span := _from_whole_minute(it.transit - length / 2, length))
            and earliest <= span.start <= earliest + WAIT_FOR_TRANSIT
        ]
        if found:
            return self._random.choice(found)
        now = _from_whole_minute(earliest + timedelta(minutes=1), length)
        name = self._visible([now], set())
        return None if name is None else (name, now)

    def _visible(self, spans: Sequence[Span], others: set[str]) -> str | None:
        """Another star that is high enough in all of these spans."""
        names = (name for name in self._sky.stars if name not in others)
        found = [name for name in names if all(self._sky.is_visible(name, span) for span in spans)]
        return self._random.choice(found) if found else None

    def _rows(self, project: ProjectRow, field: str, slots: Sequence[Slot]) -> Iterator[Row]:
        unit = UnitRow(self._key(), project.id, _unit_name(slots), Status.DEFINED)
        yield unit
        for name, span in slots:
            star = self._sky.stars[name]
            yield ObservationRow(
                id=self._key(),
                scheduling_unit_id=unit.id,
                target=name,
                right_ascension=star.right_ascension,
                declination=star.declination,
                antenna_field=field,
                start=span.start,
                stop=span.stop,
                status=Status.DEFINED,
            )

    def _project(self, name: str) -> ProjectRow:
        return ProjectRow(self._key(), name, PROJECTS[name], Status.DEFINED)

    def _reservations(self, plan: Plan, occasion: Occasion, span: Span) -> Iterator[Row]:
        """As often as the occasion comes, each behind what is in its way; not if that is far behind the span."""
        at = span.start
        while (at := at + timedelta(days=self._random.expovariate(occasion.each_day))) < span.stop:
            fields = self._reach(occasion)
            length = timedelta(hours=self._random.randint(*occasion.hours))
            whole = _from_whole_minute(at, length)
            taken = [it for field in fields or self._fields for it in plan.taken(field)]
            while in_the_way := [it.stop for it in taken if it.overlaps(whole)]:
                whole = _from_whole_minute(max(in_the_way) + timedelta(minutes=1), length)
            if whole.start < span.stop + BEHIND:
                for field in fields or [""]:
                    yield ReservationRow(
                        self._key(), occasion.purpose, field, whole.start, whole.stop, Status.SCHEDULED
                    )

    def _reach(self, occasion: Occasion) -> list[str]:
        """The fields; none means all of them."""
        if occasion.reach is Reach.FIELD:
            return [self._random.choice(self._fields)]
        if occasion.reach is Reach.STATION:
            return [field for field in self._fields if field.startswith(INTERNATIONAL)]
        return []

    def _key(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)


def _add(plan: Plan, rows: Iterable[Row]) -> None:
    plan.apply(Edit(None, row) for row in rows)


def _spans_before(start: datetime, lengths: Sequence[timedelta]) -> Iterator[Span]:
    for length in lengths:
        yield Span(start - SWITCH - length, start - SWITCH)
        start -= SWITCH + length


def _spans_after(stop: datetime, lengths: Sequence[timedelta]) -> Iterator[Span]:
    for length in lengths:
        yield Span(stop + SWITCH, stop + SWITCH + length)
        stop += SWITCH + length


def _from_whole_minute(start: datetime, length: timedelta) -> Span:
    start = start.replace(second=0, microsecond=0)
    return Span(start, start + length)


def _unit_name(slots: Sequence[Slot]) -> str:
    return ", ".join(dict.fromkeys(name for name, _ in slots))
