"""Each way of writing, heard: as many messages as changed rows, and none where somebody was quicker."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from project.models import Observation
from project.simulation.rows import Edit, Status
from project.simulation.ways import DELETES, INSERTS, UPDATES, Way, bulk_create
from tests.project.simulation.conftest import HOUR, PROJECT, UNIT, observation, reservation
from tests.triggers.ears import Ear

ROWS = [replace(observation(number), target='a "quoted", \\N name') for number in (10, 11, 12)]
OTHERS = [
    replace(row, status=Status.OBSERVING, stop=row.end + HOUR, recorded_bytes=number)
    for number, row in enumerate(ROWS, 1)
]


@pytest.fixture
def unit(ear: Ear) -> None:
    """A project and a unit for the rows; what was told of them is not heard any more."""
    bulk_create([Edit(None, PROJECT)])
    bulk_create([Edit(None, UNIT)])
    ear.payloads()


@pytest.fixture
def rows(unit: None, ear: Ear) -> None:  # noqa: ARG001 - it comes first
    bulk_create([Edit(None, row) for row in ROWS])
    ear.payloads()


def heard(ear: Ear) -> list[tuple[str, int]]:
    """Each message as its status and its key's number, by the key."""
    return sorted(((it["status"], UUID(it["uuid"]).int) for it in ear.messages()), key=lambda it: it[1])


@pytest.mark.parametrize("way", INSERTS)
def test_what_is_made_is_there_and_told_once(way: Way, unit: None, ear: Ear) -> None:  # noqa: ARG001
    assert way([Edit(None, row) for row in ROWS]) == 3
    assert heard(ear) == [("created", 10), ("created", 11), ("created", 12)]
    values = Observation.objects.order_by("id").values_list("target", "start", "stop", "recorded_bytes")
    assert [*values] == [(row.target, row.start, row.stop, 0) for row in ROWS]


@pytest.mark.parametrize("way", INSERTS)
def test_a_reservation_of_all_fields_without_an_end_can_be_made(way: Way, ear: Ear) -> None:
    storm = replace(reservation(ROWS[0].start, 1), stop=None)
    assert way([Edit(None, storm)]) == 1
    assert heard(ear) == [("created", 9)]


@pytest.mark.parametrize("way", UPDATES)
def test_what_is_changed_is_told_once_and_volumes_grow(way: Way, rows: None, ear: Ear) -> None:  # noqa: ARG001
    Observation.objects.filter(pk=UUID(int=12)).update(recorded_bytes=100)
    ear.payloads()
    assert way([Edit(row, other) for row, other in zip(ROWS, OTHERS, strict=True)]) == 3
    assert heard(ear) == [("updated", 10), ("updated", 11), ("updated", 12)]
    values = Observation.objects.order_by("id").values_list("status", "stop", "recorded_bytes")
    assert [*values] == [("observing", OTHERS[0].stop, volume) for volume in (1, 2, 103)]


@pytest.mark.parametrize("way", UPDATES)
def test_what_somebody_changed_or_deleted_meanwhile_is_left_to_him(way: Way, rows: None, ear: Ear) -> None:  # noqa: ARG001
    Observation.objects.filter(pk=UUID(int=10)).update(status=Status.CANCELLED)
    Observation.objects.filter(pk=UUID(int=11)).update(start=ROWS[1].start - timedelta(hours=1))
    Observation.objects.filter(pk=UUID(int=12)).delete()
    ear.payloads()
    assert way([Edit(row, other) for row, other in zip(ROWS, OTHERS, strict=True)]) == 0
    assert heard(ear) == []


@pytest.mark.parametrize("way", DELETES)
def test_what_is_removed_is_told_once_and_only_if_it_was_there(way: Way, rows: None, ear: Ear) -> None:  # noqa: ARG001
    Observation.objects.filter(pk=UUID(int=11)).delete()
    ear.payloads()
    assert way([Edit(row, None) for row in ROWS]) == 2
    assert heard(ear) == [("deleted", 10), ("deleted", 12)]
