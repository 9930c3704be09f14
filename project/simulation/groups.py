"""The status of scheduling units and projects, which follows from what they hold. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from project.simulation.plan import Plan
from project.simulation.rows import ENDED, WAITING, Edit, ObservationRow, ProjectRow, Status, UnitRow

LIVELIEST_FIRST = (
    Status.OBSERVING,
    Status.PROCESSING,
    Status.OBSERVED,
    Status.SCHEDULED,
    Status.DEFINED,
    Status.ERROR,
    Status.FINISHED,
    Status.CANCELLED,
)


def follow_ups(plan: Plan) -> list[Edit]:
    """What units owe to their observations, each in its turn; only if that is nothing, what projects owe to units.

    What is cancelled stays so, and what it holds and has not begun is cancelled with it.
    """
    edits = [edit for unit in plan.units.values() for edit in unit_follow_ups(plan, unit)]
    if not edits:
        edits = [edit for project in plan.projects.values() for edit in project_follow_ups(plan, project)]
    return sorted(edits, key=lambda edit: edit.row.id)


def unit_follow_ups(plan: Plan, unit: UnitRow) -> Iterator[Edit]:
    """For one of them."""
    observations = plan.of_unit(unit.id)
    if unit.status == Status.CANCELLED:
        yield from (Edit(it, replace(it, status=Status.CANCELLED)) for it in observations if it.status in WAITING)
    elif (status := liveliest(observations)) not in {None, unit.status}:
        yield Edit(unit, replace(unit, status=status))


def project_follow_ups(plan: Plan, project: ProjectRow) -> Iterator[Edit]:
    """For one of them. A project whose units are all cancelled is not: it gets others."""
    units = plan.of_project(project.id)
    if project.status == Status.CANCELLED:
        yield from (Edit(it, replace(it, status=Status.CANCELLED)) for it in units if it.status not in ENDED)
        return
    status = liveliest(units)
    status = Status.DEFINED if status is Status.CANCELLED else status
    if status not in {None, project.status}:
        yield Edit(project, replace(project, status=status))


def liveliest(rows: Iterable[ObservationRow | UnitRow]) -> Status | None:
    """The first of these rows' statuses in the order above; None where there is none of them."""
    found = {row.status for row in rows}
    return next((status for status in LIVELIEST_FIRST if status in found), None)
