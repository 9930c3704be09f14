"""Mishaps happen, and leave a plan that still holds."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from project.simulation.mishaps import Mishaps
from project.simulation.plan import Plan
from project.simulation.rows import ENDED, Edit, ObservationRow
from tests.project.simulation.conftest import FIELDS, NOON, SKY, faults, made

_, PLAN = made()


def struck(seed: int, times: int) -> tuple[Plan, list[Edit]]:
    """A plan after so many mishaps at noon, and their edits."""
    plan = Plan(PLAN.rows())
    mishaps, edits = Mishaps(SKY, Random(seed), FIELDS), list[Edit]()
    for _ in range(times):
        edits += (now := mishaps.strike(plan, NOON))
        plan.apply(now)
    return plan, edits


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32))
def test_the_plan_still_holds_afterwards(seed: int) -> None:
    plan, _ = struck(seed, 40)
    assert faults(plan) == []


def test_each_kind_happens() -> None:
    edits = [edit for seed in range(30) for edit in Mishaps(SKY, Random(seed), FIELDS).strike(PLAN, NOON)]
    pairs = [
        (edit.before, edit.after)
        for edit in edits
        if isinstance(edit.before, ObservationRow) and isinstance(edit.after, ObservationRow)
    ]
    assert {"error", "cancelled"} <= {after.status for _, after in pairs}
    assert any(before.antenna_field != after.antenna_field for before, after in pairs)
    assert any(before.start < after.start for before, after in pairs)
    assert any(before.start == after.start and before.end < after.end for before, after in pairs)


def test_nothing_happens_to_what_has_ended_or_to_nobody() -> None:
    _, edits = struck(1, 100)
    assert not [edit for edit in edits if edit.before is not None and edit.before.status in ENDED]
    assert all(Mishaps(SKY, Random(seed), FIELDS).strike(Plan(), NOON) == [] for seed in range(20))
