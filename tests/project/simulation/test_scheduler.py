"""What is planned, whatever the seed and the day."""

from datetime import UTC, datetime
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from project.simulation.plan import Plan
from project.simulation.rows import Edit, Span, Status
from project.simulation.scheduler import Scheduler
from tests.project.simulation.conftest import FIELDS, HOUR, NOON, PROJECT, SKY, faults, observation, reservation

SPAN = Span(NOON, NOON + 12 * HOUR)
SEEDS = st.integers(0, 2**32)
DAYS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds it


def planned(seed: int, span: Span, plan: Plan | None = None) -> Plan:
    plan = plan or Plan()
    Scheduler(SKY, Random(seed), FIELDS).extend(plan, span)
    return plan


@settings(max_examples=15, deadline=None)
@given(SEEDS, DAYS)
def test_no_overlap_inside_visibility_and_outside_reservations(seed: int, day: datetime) -> None:
    plan = planned(seed, Span(day, day + 12 * HOUR))
    assert faults(plan) == []
    assert {row.antenna_field for row in plan.observations.values()} <= {*FIELDS}
    assert all(HOUR / 2 <= row.end - row.start <= 6 * HOUR for row in plan.observations.values())
    assert all(row.start >= day for row in plan.observations.values())


@settings(max_examples=5, deadline=None)
@given(SEEDS)
def test_what_is_planned_on_top_of_a_plan_fits_into_it(seed: int) -> None:
    plan = planned(seed, Span(NOON, NOON + 20 * HOUR), planned(seed + 1, SPAN))
    assert faults(plan) == []


def test_the_same_seed_gives_the_same_plan_and_another_gives_another() -> None:
    first, again, other = (list(planned(seed, SPAN).rows()) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_most_observations_are_around_a_transit_or_beside_one_that_is() -> None:
    plan = planned(1, Span(NOON, NOON + 36 * HOUR))
    around = {
        row.scheduling_unit_id
        for row in plan.observations.values()
        for it in SKY.passes(row.target, row.span)
        if abs(it.transit - (row.start + (row.end - row.start) / 2)) < HOUR / 30
    }
    assert len(around) > 0.9 * len(plan.units)


def test_antennas_are_idle_now_and_then() -> None:
    plan = planned(1, Span(NOON, NOON + 36 * HOUR))
    spans = sorted(plan.observed(FIELDS[0]), key=lambda span: span.start)
    assert any(later.start - earlier.stop > HOUR / 2 for earlier, later in pairwise(spans))


def test_a_reservation_of_the_whole_telescope_keeps_every_field_free() -> None:
    storm = reservation(NOON + 4 * HOUR, 3)
    plan = planned(1, SPAN, Plan([storm]))
    assert plan.observations
    assert not any(row.span.overlaps(storm.span) for row in plan.observations.values())


def test_an_observation_that_somebody_planned_for_a_far_day_stops_nothing() -> None:
    far = observation(start=datetime(2090, 1, 1, tzinfo=UTC))
    assert len(planned(1, SPAN, Plan([far])).observed(far.antenna_field)) > 1


def test_a_cancelled_project_gets_nothing() -> None:
    plan = Plan([PROJECT])
    plan.apply([Edit(PROJECT, cancelled := type(PROJECT)(PROJECT.id, "Sky survey", "", Status.CANCELLED))])
    assert planned(1, SPAN, plan).projects == {PROJECT.id: cancelled}
    assert not plan.units
