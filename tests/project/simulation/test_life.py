"""The plan lives: it holds, it keeps its size, and it can be lived again."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from project.simulation.life import AHEAD, KEPT, Kind, Life
from project.simulation.plan import Plan
from project.simulation.rows import Edit, ObservationRow, Status, Step, UnitRow
from tests.project.simulation.conftest import HOUR, NOON, SKY, faults, made, observation

TYPED = replace(observation(start=NOON + HOUR / 2), scheduling_unit_id=None, stop=None)


def lived(life: Life, plan: Plan, steps: int) -> list[Step]:
    return [life.step(plan, life.next_due(plan)) for _ in range(steps)]


@pytest.fixture(scope="module")
def days() -> tuple[Life, Plan, list[Step]]:
    """What is left after more than a day, and how it came to that; an observation that somebody typed was in it."""
    life, plan = made()
    plan.apply([Edit(None, TYPED)])
    return life, plan, lived(life, plan, 1_800)


def test_a_new_plan_has_a_day_behind_it_and_a_day_and_a_half_ahead() -> None:
    _, plan = made()
    assert 150 <= len(plan.observations) <= 350
    assert faults(plan) == []
    starts = [row.start for row in plan.observations.values()]
    assert min(starts) < NOON - KEPT + 3 * HOUR
    assert NOON + AHEAD - 3 * HOUR < max(starts) < NOON + AHEAD + 12 * HOUR
    assert {*Status} - {Status.OBSERVED} <= {row.status for row in plan.observations.values()}
    assert all(
        (row.recorded_bytes > 0) == (row.status not in {"defined", "scheduled", "cancelled"})
        for row in plan.observations.values()
    )


def test_the_same_seed_lives_the_same_life_and_another_another() -> None:
    first, again, other = (lived(*made(seed), 100) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_after_days_the_plan_is_as_large_as_before_and_still_holds(days: tuple[Life, Plan, list[Step]]) -> None:
    life, plan, steps = days
    assert life.lived_until > NOON + timedelta(days=1)
    assert 150 <= len(plan.observations) <= 400
    assert min(row.end for row in plan.observations.values()) > life.lived_until - KEPT - 24 * HOUR
    assert faults(plan) == []
    assert [step.at for step in steps] == sorted(step.at for step in steps)


def test_every_change_of_status_is_one_that_the_course_or_a_mishap_makes(days: tuple[Life, Plan, list[Step]]) -> None:
    met = {
        (edit.before.status, edit.after.status)
        for step in days[2]
        for edit in step.edits
        if isinstance(edit.before, ObservationRow)
        and isinstance(edit.after, ObservationRow)
        and edit.before.status != edit.after.status
    }
    order = [*Status]
    course = {*pairwise(order[:6])}
    assert course <= met
    assert {new for _, new in met - course} == {"error", "cancelled"}


def test_units_follow_in_the_step_in_which_their_observation_changes() -> None:
    life, plan = made()
    for _ in range(200):
        due = life.next_due(plan)
        assert due.kind is not Kind.FOLLOW
        life.step(plan, due)


def test_the_order_in_which_rows_come_from_the_database_does_not_matter() -> None:
    (life, plan), (other_life, other) = made(), made()
    steps = lived(life, plan, 200)
    turned = Plan(reversed(list(other.rows())))
    assert lived(other_life, turned, 200) == steps


def test_to_renew_a_plan_that_is_as_it_should_be_changes_no_row() -> None:
    life, plan = made()
    assert not [edit for edit in life.renew(plan, NOON).edits if edit.before is not None]


def test_a_week_of_absence_is_made_up_for_in_one_step() -> None:
    life, plan = made()
    before = Plan(plan.rows())
    step = life.renew(plan, NOON + timedelta(days=7))
    assert not {*before.observations} & {*plan.observations}
    assert {*before.projects} == {*plan.projects}
    assert 150 <= len(plan.observations) <= 350
    assert faults(plan) == []
    assert len({edit.row.id for edit in step.edits}) == len(step.edits)


def test_an_hour_of_absence_changes_no_more_than_an_hours_rows() -> None:
    life, plan = made()
    assert 0 < len(life.renew(plan, NOON + HOUR).edits) < 60


def test_a_row_that_somebody_typed_goes_its_way_and_is_removed_in_the_end(
    days: tuple[Life, Plan, list[Step]],
) -> None:
    edits = [edit for step in days[2] for edit in step.edits if edit.row.id == TYPED.id]
    met = [edit.after.status if edit.after else None for edit in edits]
    assert list(dict.fromkeys(met)) == ["scheduled", "observing", "observed", "processing", "finished", None]


def test_a_unit_goes_with_its_observations_those_first(days: tuple[Life, Plan, list[Step]]) -> None:
    removals = [step for step in days[2] if any(edit.after is None for edit in step.edits)]
    units = [step for step in removals if isinstance(step.edits[-1].row, UnitRow)]
    assert len(units) > 5
    assert all(isinstance(edit.row, ObservationRow) for step in units for edit in step.edits[:-1])


def test_the_sky_is_the_one_of_the_plans_time() -> None:
    _, plan = made(now=NOON + timedelta(days=180))
    assert all(SKY.is_visible(row.target, row.span) for row in plan.observations.values())
