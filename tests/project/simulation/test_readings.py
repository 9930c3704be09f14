"""Readings beside the plan's life."""

from collections.abc import Sequence
from random import Random

import pytest

from project.models import Observation
from project.simulation.course import FULL
from project.simulation.plan import Plan
from project.simulation.readings import Readings
from project.simulation.rows import Edit, ObservationRow, Status
from project.simulation.ways import bulk_create
from tests.project.simulation.conftest import PROJECT, UNIT, observation
from tests.triggers.ears import Ear

RUNNING = [observation(number, status=Status.OBSERVING) for number in range(10, 18)]
WAITING = [observation(number) for number in range(20, 28)]


@pytest.fixture
def told(ear: Ear) -> Ear:
    """An ear, after the rows above were made."""
    for edits in ([Edit(None, PROJECT)], [Edit(None, UNIT)], [Edit(None, row) for row in RUNNING + WAITING]):
        bulk_create(edits)
    ear.payloads()
    return ear


def read(rows: Sequence[ObservationRow], rate: float, times: int) -> Readings:
    readings = Readings(Random(1), rate)
    for _ in range(times):
        readings.read(Plan(rows), now=readings.due_at)
    return readings


def test_a_reading_is_a_statement_of_its_own_and_only_running_observations_are_read(told: Ear) -> None:
    assert read(RUNNING + WAITING, 500, 20).changes == 20
    assert len(told.payloads()) == 20
    assert not Observation.objects.filter(status="defined", recorded_bytes__gt=0).exists()


def test_above_five_hundred_a_second_a_statement_has_several_each_told(told: Ear) -> None:
    assert read(RUNNING + WAITING, 2_000, 5).changes == 20
    assert len(told.payloads()) == 20


def test_where_none_runs_others_are_read(told: Ear) -> None:
    assert read(WAITING, 100, 3).changes == len(told.payloads()) == 3


def test_what_is_full_or_gone_is_not_read(told: Ear) -> None:
    Observation.objects.update(recorded_bytes=FULL)
    told.payloads()
    assert read(RUNNING, 100, 3).changes == len(told.payloads()) == 0


def test_what_was_late_is_made_up_for_but_not_more_than_a_second_of_it() -> None:
    readings = Readings(Random(1), 10)
    readings.due_at = 50.0
    readings.read(Plan(), now=50.5)
    assert readings.due_at == pytest.approx(50.1)
    readings.read(Plan(), now=80.0)
    assert readings.due_at == pytest.approx(79.0)
