from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.db.backends.utils import CursorWrapper

from project.models import Clock, Observation

OUR_TIME = datetime(2030, 1, 1, 12, tzinfo=UTC)
PLAN_TIME = datetime(2040, 6, 1, tzinfo=UTC)


def fast_clock() -> Clock:
    return Clock(plan_time=PLAN_TIME, set_at=OUR_TIME, speed=60.0)


def test_a_clock_counts_the_plans_time_from_when_it_was_set() -> None:
    assert fast_clock().at(OUR_TIME + timedelta(seconds=10)) == PLAN_TIME + timedelta(minutes=10)


def test_when_is_the_inverse_of_at() -> None:
    clock = fast_clock()
    later = OUR_TIME + timedelta(seconds=7)
    assert clock.when(clock.at(later)) == later


@pytest.mark.django_db
def test_there_is_one_clock() -> None:
    fast_clock().save()
    with pytest.raises(IntegrityError, match="project_clock_is_one"):
        Clock(id=2, plan_time=PLAN_TIME, set_at=OUR_TIME, speed=1.0).save()


@pytest.mark.django_db
def test_without_a_clock_the_plans_time_is_ours() -> None:
    clock = Clock.current()
    assert clock.at(OUR_TIME) - OUR_TIME == clock.plan_time - clock.set_at == timedelta(0)


@pytest.mark.django_db
def test_a_bare_insert_starts_at_the_plans_time() -> None:
    Clock(plan_time=PLAN_TIME, set_at=OUR_TIME, speed=0.0).save()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO project_observation (target) VALUES ('Vega')")
    assert Observation.objects.get().start == PLAN_TIME


@pytest.mark.django_db
def test_a_bare_insert_needs_no_clock_and_no_search_path() -> None:
    with connection.cursor() as cursor:
        schema = selected(cursor, "SELECT current_schema()")
        cursor.execute("SET LOCAL search_path = pg_catalog")
        cursor.execute(f"INSERT INTO \"{schema}\".project_observation (target) VALUES ('Vega')")
        assert selected(cursor, f'SELECT start = now() FROM "{schema}".project_observation')


def selected(cursor: CursorWrapper, query: str) -> object:
    """The one value that it gives."""
    cursor.execute(query)
    row = cursor.fetchone()
    assert row is not None
    return row[0]
