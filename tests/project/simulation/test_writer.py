"""Steps are written: whole, counted, and now and then in vain first."""

from dataclasses import replace
from random import Random

import pytest
from django.db import IntegrityError

from project.models import Observation, SchedulingUnit
from project.simulation import writer
from project.simulation.rows import Edit, Status, Step
from project.simulation.writer import Writer
from tests.project.simulation.conftest import NOON, PROJECT, UNIT, observation
from tests.triggers.ears import Ear

ROWS = [observation(number) for number in range(10, 14)]
MADE = Step(NOON, (Edit(None, PROJECT), Edit(None, UNIT), *(Edit(None, row) for row in ROWS)))
CANCELLED = Step(
    NOON,
    (
        *(Edit(row, replace(row, status=Status.CANCELLED)) for row in ROWS),
        Edit(UNIT, replace(UNIT, status=Status.CANCELLED)),
    ),
)
REMOVED = Step(NOON, (*(Edit(row, None) for row in ROWS), Edit(UNIT, None)))


@pytest.mark.parametrize("seed", range(8))
def test_so_many_messages_are_heard_as_changes_are_counted(seed: int, ear: Ear) -> None:
    writing = Writer(Random(seed))
    assert all(writing.write(step) for step in (MADE, CANCELLED, REMOVED))
    assert writing.changes == 6 + 5 + 5
    statuses = ear.statuses()
    assert statuses == ["created"] * 6 + ["updated"] * 5 + ["deleted"] * 5


def test_what_is_rolled_back_is_neither_heard_nor_counted(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "ROLLED_BACK", 1.0)
    writing = Writer(Random(1))
    for step in (MADE, CANCELLED, REMOVED):
        assert writing.write(step)
    assert len(ear.statuses()) == writing.changes == 16


def test_a_step_says_that_somebody_was_quicker(ear: Ear) -> None:
    writing = Writer(Random(1))
    writing.write(MADE)
    Observation.objects.filter(pk=ROWS[0].id).update(status=Status.FINISHED)
    ear.payloads()
    assert not writing.write(CANCELLED)
    assert len(ear.statuses()) == writing.changes - 6 == 4
    assert Observation.objects.get(pk=ROWS[0].id).status == Status.FINISHED


def test_a_unit_that_somebody_filled_meanwhile_goes_whole_or_not_at_all(ear: Ear) -> None:
    Writer(Random(1)).write(MADE)
    Observation.objects.create(scheduling_unit_id=UNIT.id, target="Late")
    ear.payloads()
    for seed in range(6):
        writing = Writer(Random(seed))
        try:
            assert not writing.write(REMOVED)
        except IntegrityError:
            assert SchedulingUnit.objects.filter(pk=UNIT.id).exists()
        assert len(ear.statuses()) == writing.changes
