"""What units and projects owe to what they hold."""

from dataclasses import replace

import pytest

from project.simulation.groups import follow_ups, liveliest
from project.simulation.plan import Plan
from project.simulation.rows import Status
from tests.project.simulation.conftest import PROJECT, UNIT, observation


def settled(*statuses: str, unit: str = Status.DEFINED, project: str = Status.DEFINED) -> Plan:
    """A plan of one project and one unit, after all that is owed was paid."""
    rows = [observation(number, status=status) for number, status in enumerate(statuses, 10)]
    plan = Plan([replace(PROJECT, status=project), replace(UNIT, status=unit), *rows])
    while edits := follow_ups(plan):
        plan.apply(edits)
    return plan


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["finished", "observing", "scheduled"], "observing"),
        (["finished", "scheduled", "defined"], "scheduled"),
        (["finished", "processing", "cancelled"], "processing"),
        (["finished", "error", "cancelled"], "error"),
        (["finished", "cancelled"], "finished"),
        (["cancelled"], "cancelled"),
        (["what somebody typed"], None),
        ([], None),
    ],
)
def test_the_liveliest_status_counts(statuses: list[str], expected: str | None) -> None:
    assert liveliest([observation(status=status) for status in statuses]) == expected


def test_unit_and_project_follow() -> None:
    plan = settled("finished", "observing")
    assert plan.units[UNIT.id].status == plan.projects[PROJECT.id].status == Status.OBSERVING


def test_a_cancelled_unit_cancels_what_has_not_begun_and_no_more() -> None:
    plan = settled("finished", "observing", "scheduled", "defined", unit=Status.CANCELLED)
    statuses = [row.status for row in plan.observations.values()]
    assert statuses == ["finished", "observing", "cancelled", "cancelled"]
    assert plan.units[UNIT.id].status == Status.CANCELLED


def test_a_cancelled_project_cancels_its_units() -> None:
    plan = settled("scheduled", project=Status.CANCELLED)
    assert [row.status for row in plan.observations.values()] == ["cancelled"]
    assert plan.units[UNIT.id].status == plan.projects[PROJECT.id].status == Status.CANCELLED


def test_a_project_whose_units_are_all_cancelled_waits_for_others() -> None:
    assert settled("cancelled").projects[PROJECT.id].status == Status.DEFINED
