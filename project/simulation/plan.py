"""The plan as a whole, in memory: rows by their keys, and the questions that scheduler and life ask. Pure."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator
from typing import Any
from uuid import UUID

from project.simulation.rows import Edit, ObservationRow, ProjectRow, ReservationRow, Row, Span, UnitRow

TABLES: tuple[type[Row], ...] = (ProjectRow, UnitRow, ObservationRow, ReservationRow)
"""Each after those that it stands on."""


class Plan:
    """Rows by key. In which order they came must not matter to anybody: they come from the database again and again."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.projects: dict[UUID, ProjectRow] = {}
        self.units: dict[UUID, UnitRow] = {}
        self.observations: dict[UUID, ObservationRow] = {}
        self.reservations: dict[UUID, ReservationRow] = {}
        self._of_unit = defaultdict[UUID, dict[UUID, ObservationRow]](dict)
        self._of_project = defaultdict[UUID, dict[UUID, UnitRow]](dict)
        self.apply(Edit(None, row) for row in rows)

    def rows(self) -> Iterator[Row]:
        for table in (self.projects, self.units, self.observations, self.reservations):
            yield from table.values()

    def apply(self, edits: Iterable[Edit]) -> None:
        for edit in edits:
            for table in self._tables(edit.row):
                if edit.after is None:
                    table.pop(edit.row.id, None)
                else:
                    table[edit.row.id] = edit.after

    def differences(self, before: "Plan") -> Iterator[Edit]:
        """What makes this plan of that one: removals first, in the order in which the database takes all of it."""
        old, new = ({row.id: row for row in plan.rows()} for plan in (before, self))
        for table in reversed(TABLES):
            yield from (Edit(row, None) for key, row in old.items() if isinstance(row, table) and key not in new)
        for table in TABLES:
            yield from (
                Edit(old.get(key), row) for key, row in new.items() if isinstance(row, table) and old.get(key) != row
            )

    def of_unit(self, key: UUID) -> Collection[ObservationRow]:
        """Its observations, in no order."""
        return self._of_unit[key].values() if key in self._of_unit else ()

    def of_project(self, key: UUID) -> Collection[UnitRow]:
        """Its units, in no order."""
        return self._of_project[key].values() if key in self._of_project else ()

    def reserved(self, antenna_field: str) -> list[Span]:
        """When these antennas are not to be had."""
        return [row.span for row in self.reservations.values() if row.stands_on(antenna_field)]

    def observed(self, antenna_field: str, passed_over: Container[UUID] = ()) -> list[Span]:
        """When these antennas have an observation, but for these. One that was cancelled keeps its place."""
        rows = self.observations.values()
        return [row.span for row in rows if row.antenna_field == antenna_field and row.id not in passed_over]

    def taken(self, antenna_field: str, passed_over: Container[UUID] = ()) -> list[Span]:
        """Both."""
        return [*self.reserved(antenna_field), *self.observed(antenna_field, passed_over)]

    def _tables(self, row: Row) -> Iterator[dict[UUID, Any]]:
        """Where the row is kept. None ever goes to another unit or project."""
        match row:
            case ProjectRow():
                yield self.projects
            case UnitRow():
                yield from (self.units, self._of_project[row.project_id])
            case ObservationRow():
                yield self.observations
                if row.scheduling_unit_id is not None:
                    yield self._of_unit[row.scheduling_unit_id]
            case ReservationRow():
                yield self.reservations
