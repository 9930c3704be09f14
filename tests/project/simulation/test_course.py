"""An observation's way through its statuses."""

from dataclasses import replace

import pytest

from project.simulation.course import FULL, READING_EVERY, Pace, advanced, due, next_reading, read, settled
from project.simulation.plan import Plan
from project.simulation.rows import Status
from tests.project.simulation.conftest import HOUR, NOON, observation, reservation

DAY = 24 * HOUR


def test_an_observation_goes_through_every_status_in_order_of_time() -> None:
    row, met = observation(), []
    while (change := due(row)) is not None:
        met.append(change)
        row = advanced(Plan(), row)
    assert [status for _, status in met] == [*Status][1:6]
    assert met == sorted(met, key=lambda it: it[0])
    assert (met[1][0], met[2][0]) == (row.start, row.end)


@pytest.mark.parametrize("status", [Status.ERROR, Status.CANCELLED, Status.FINISHED, "what somebody typed"])
def test_what_has_ended_or_is_unknown_stays(status: str) -> None:
    assert due(observation(status=status)) is None


def test_antennas_that_are_reserved_at_the_start_cancel_it() -> None:
    row = observation(status=Status.SCHEDULED)
    assert advanced(Plan([reservation(NOON - HOUR, 2)]), row).status == Status.CANCELLED
    assert advanced(Plan([reservation(NOON - HOUR, 1)]), row).status == Status.OBSERVING


def test_to_settle_is_to_make_all_changes_at_once() -> None:
    row = observation()
    assert settled(Plan(), row, NOON - DAY * 2) == row
    assert settled(Plan(), row, NOON + HOUR).status == Status.OBSERVING
    assert settled(Plan(), row, NOON + DAY).status == Status.FINISHED


def test_readings_and_the_end_write_down_about_what_settling_does() -> None:
    row, at = observation(status=Status.OBSERVING), NOON
    while (at_next := next_reading(row, at)) is not None:
        at, row = at_next, read(row)
    whole = settled(Plan(), observation(), NOON + DAY).recorded_bytes
    a_reading = Pace.of(row.id).bytes_per_second * READING_EVERY.total_seconds()
    assert abs(advanced(Plan(), row).recorded_bytes - whole) <= a_reading


def test_an_observation_without_an_end_gets_one_when_it_ends() -> None:
    row = replace(observation(status=Status.OBSERVING), stop=None)
    assert advanced(Plan(), row).stop == NOON + HOUR


def test_a_volume_that_is_full_grows_no_more() -> None:
    row = replace(observation(status=Status.OBSERVING), recorded_bytes=FULL)
    assert next_reading(row, NOON) is None
    assert advanced(Plan(), row).recorded_bytes == FULL


def test_readings_come_at_equal_steps_and_only_while_it_observes() -> None:
    row = observation(status=Status.OBSERVING)
    first = next_reading(row, NOON - DAY)
    assert first is not None
    assert next_reading(row, first) == first + READING_EVERY
    assert next_reading(row, row.end) is None
    assert next_reading(replace(row, status=Status.OBSERVED), NOON) is None
