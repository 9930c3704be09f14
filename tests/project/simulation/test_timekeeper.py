"""The clock is found, set, obeyed and stopped."""

from datetime import timedelta
from math import inf

import pytest
from django.utils import timezone

from project.models import Clock
from project.simulation import store
from project.simulation.timekeeper import DEFAULT_SPEED, Timekeeper
from tests.project.simulation.conftest import HOUR, NOON

pytestmark = pytest.mark.django_db


def speed_in_the_database() -> float:
    return Clock.objects.get().speed


def test_where_there_is_no_clock_the_plans_time_begins_with_ours() -> None:
    assert timezone.now() - Timekeeper(speed=None, waits=True).begin(None) < HOUR
    assert speed_in_the_database() == DEFAULT_SPEED


def test_a_clock_that_runs_is_left_running() -> None:
    store.set_clock(NOON, 60)
    keeper = Timekeeper(speed=None, waits=True)
    assert NOON <= keeper.begin(None) < NOON + 24 * HOUR
    assert (keeper.changes, speed_in_the_database()) == (0, 60)


def test_a_clock_that_stands_goes_on_from_where_it_stood() -> None:
    store.set_clock(NOON, 0)
    assert Timekeeper(speed=None, waits=True).begin(None) == NOON
    assert speed_in_the_database() == DEFAULT_SPEED


def test_what_the_options_say_counts() -> None:
    store.set_clock(NOON, 60)
    assert Timekeeper(speed=600, waits=True).begin(NOON + HOUR) == NOON + HOUR
    assert speed_in_the_database() == 600


def test_seconds_are_ours() -> None:
    keeper = Timekeeper(speed=60, waits=True)
    keeper.begin(NOON)
    assert 0 < keeper.seconds_until(NOON + HOUR) <= 60
    assert keeper.seconds_until(NOON - HOUR) < -59


def test_a_pause_and_a_leap_of_somebody_else_are_obeyed() -> None:
    keeper = Timekeeper(speed=60, waits=True)
    keeper.begin(NOON)
    Clock.objects.update(speed=0)
    keeper.look(NOON)
    assert keeper.seconds_until(NOON + HOUR) == inf
    Clock.objects.update(speed=1, plan_time=NOON + timedelta(days=1), set_at=timezone.now())
    keeper.look(NOON)
    assert keeper.now(NOON) >= NOON + timedelta(days=1)


def test_a_clock_that_somebody_deleted_is_set_to_how_far_life_is() -> None:
    keeper = Timekeeper(speed=None, waits=True)
    keeper.begin(NOON)
    Clock.objects.all().delete()
    keeper.look(NOON + HOUR)
    assert Clock.objects.get().plan_time == NOON + HOUR


def test_it_stands_in_the_end() -> None:
    keeper = Timekeeper(speed=60, waits=True)
    keeper.begin(NOON)
    keeper.stand(NOON)
    assert speed_in_the_database() == 0


def test_without_waiting_everything_is_due_and_the_clock_stands() -> None:
    keeper = Timekeeper(speed=None, waits=False)
    keeper.begin(NOON)
    assert keeper.seconds_until(NOON + HOUR) == 0
    keeper.tell(NOON + HOUR)
    assert (Clock.objects.get().plan_time, speed_in_the_database()) == (NOON + HOUR, 0)
