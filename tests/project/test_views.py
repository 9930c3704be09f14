from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from project.models import AntennaField, Clock, Observation, Reservation, Status
from project.plan import ROWS_AT_MOST

pytestmark = pytest.mark.django_db


def observation(target: str, hours: float = 0.0) -> Observation:
    start = Clock.current().plan_time + timedelta(hours=hours)
    return Observation.objects.create(target=target, start=start, antenna_field=AntennaField.DE601HBA)


def plan(client: Client, **query: str) -> dict[str, Any]:
    answer = client.get("/plan/", query)
    assert answer.status_code == 200, answer.content
    fetched: dict[str, Any] = answer.json()
    return fetched


def targets(fetched: dict[str, Any]) -> list[str]:
    return [row["target"] for row in fetched["observations"]]


def test_a_row_is_keyed_as_messages_key_it(client: Client) -> None:
    vega = observation("Vega")
    (row,) = plan(client)["observations"]
    assert row["id"] == vega.id.hex
    assert (row["target"], row["antenna_field"], row["status"]) == ("Vega", "DE601HBA", Status.DEFINED)


def test_without_names_the_rows_around_now_come_in_order_of_start(client: Client) -> None:
    for target, hours in (("later", 2), ("sooner", 1), ("too late", 49), ("too early", -25)):
        observation(target, hours)
    assert targets(plan(client)) == ["sooner", "later"]


def test_named_rows_come_wherever_they_are_and_no_others(client: Client) -> None:
    far, _ = observation("far", 1000), observation("near")
    reservation = Reservation.objects.create(purpose="Maintenance")
    fetched = plan(client, observations=far.id.hex, reservations=reservation.id.hex)
    assert targets(fetched) == ["far"]
    assert [row["purpose"] for row in fetched["reservations"]] == ["Maintenance"]


def test_a_named_row_that_is_gone_is_left_out(client: Client) -> None:
    here = observation("here")
    assert targets(plan(client, observations=f"{'0' * 32},{here.id.hex}")) == ["here"]


def test_another_span_can_be_asked_for(client: Client) -> None:
    far = observation("far", 1000)
    observation("near")
    until = far.start + timedelta(seconds=1)
    assert targets(plan(client, **{"from": far.start.isoformat(), "until": until.isoformat()})) == ["far"]


def test_the_clock_is_told(client: Client) -> None:
    assert plan(client)["clock"]["speed"] == 1.0
    current = Clock.current()
    current.speed = 0.0
    current.save()
    assert plan(client)["clock"] == {"now": f"{current.plan_time.isoformat()[:23]}Z", "speed": 0.0}


@pytest.mark.parametrize("odd", ["start = '-infinity'", "stop = 'infinity'", "stop = '12026-01-01'"])
def test_a_time_that_python_cannot_read_takes_no_other_row_with_it(client: Client, odd: str) -> None:
    observation("Vega")
    strange = observation("odd")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE project_observation SET {odd} WHERE id = %s", [strange.id])
    assert targets(plan(client)) == ["Vega"]
    assert targets(plan(client, observations=strange.id.hex)) == []


def test_a_clock_that_has_left_the_calendar_counts_as_none(client: Client) -> None:
    now = Clock.current().plan_time
    Clock(plan_time=now, set_at=now - timedelta(days=1), speed=1e12).save()
    assert plan(client)["clock"]["speed"] == 1.0


@pytest.mark.parametrize("query", [{"from": "yesterday"}, {"until": "2030-01-01T00:00:00"}, {"observations": "x"}])
def test_what_cannot_be_read_is_refused_with_a_reason(client: Client, query: dict[str, str]) -> None:
    answer = client.get("/plan/", query)
    assert answer.status_code == 400
    assert answer.content.strip()


def test_of_many_rows_the_first_by_start_come(client: Client) -> None:
    start = Clock.current().plan_time
    Observation.objects.bulk_create(
        Observation(target=str(number), start=start + timedelta(seconds=number)) for number in range(ROWS_AT_MOST + 1)
    )
    assert targets(plan(client)) == [str(number) for number in range(ROWS_AT_MOST)]
