"""The plan as it is read, whatever somebody typed into it."""

from datetime import timedelta

import pytest
from django.db import connection

from project.models import Clock, Observation, Reservation, SchedulingUnit
from project.simulation import store
from project.simulation.rows import Edit, Row
from project.simulation.ways import bulk_create
from tests.project.simulation.conftest import NOON, PROJECT, UNIT, observation, reservation

pytestmark = pytest.mark.django_db


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_was_written_is_read() -> None:
    rows: list[Row] = [PROJECT, UNIT, observation(), reservation(NOON, 3)]
    for row in rows:
        bulk_create([Edit(None, row)])
    assert [*store.read_plan(NOON).rows()] == rows


@pytest.mark.parametrize("start", ["-infinity", "infinity", "4713-01-01 BC", "9999-12-31", "0001-01-01"])
@pytest.mark.parametrize("stop", ["NULL", "'infinity'", "'-infinity'", "'2030-01-31'"])
def test_what_is_outside_of_every_calendar_is_passed_over(start: str, stop: str) -> None:
    run(f"INSERT INTO project_observation (target, start, stop) VALUES ('Odd', '{start}', {stop})")
    run(f"INSERT INTO project_reservation (purpose, start, stop) VALUES ('Odd', '{start}', {stop})")
    assert [*store.read_plan(NOON).rows()] == []
    store.remove_ancient(NOON)


def test_of_a_unit_that_is_near_what_is_far_is_read_too() -> None:
    rows: list[Row] = [PROJECT, UNIT, observation(), observation(4, start=NOON + timedelta(days=40))]
    for row in rows:
        bulk_create([Edit(None, row)])
    assert set(store.read_plan(NOON).rows()) == set(rows)


def test_what_is_outside_of_every_calendar_is_not_removed_either() -> None:
    run("INSERT INTO project_observation (target, start, stop) VALUES ('Odd', '-infinity', '-infinity')")
    assert store.remove_ancient(NOON) == 0
    assert Observation.objects.count() == 1


def test_what_ended_long_ago_is_removed_with_the_unit_that_it_leaves_empty() -> None:
    for row in (PROJECT, UNIT, observation(start=NOON - timedelta(days=40)), reservation(NOON, 1)):
        bulk_create([Edit(None, row)])
    empty = SchedulingUnit.objects.create(project_id=PROJECT.id, name="Empty from the beginning")
    assert store.remove_ancient(NOON) == 2
    assert [*SchedulingUnit.objects.all()] == [empty]
    assert (Observation.objects.count(), Reservation.objects.count()) == (0, 1)


@pytest.mark.parametrize(
    ("plan_time", "speed"), [("infinity", "1"), ("2030-01-01", "NaN"), ("4713-01-01 BC", "1"), ("2030-01-01", "1e300")]
)
def test_a_clock_that_makes_no_sense_is_none(plan_time: str, speed: str) -> None:
    run(f"INSERT INTO project_clock (id, plan_time, set_at, speed) VALUES (1, '{plan_time}', now(), '{speed}')")
    assert store.read_clock() is None


def test_the_clock_is_one_row_however_often_it_is_set() -> None:
    store.set_clock(NOON, 60)
    store.set_clock(NOON, 0)
    clock = store.read_clock()
    assert clock is not None
    assert (clock.plan_time, clock.speed, Clock.objects.count()) == (NOON, 0, 1)


def test_clearing_leaves_nothing() -> None:
    for row in (PROJECT, UNIT, observation(), reservation(NOON, 3)):
        bulk_create([Edit(None, row)])
    store.set_clock(NOON, 60)
    assert store.count_rows() == 5
    assert store.clear() == 5
    assert store.count_rows() == 0
