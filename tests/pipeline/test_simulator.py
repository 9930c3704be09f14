"""`manage.py simulate` as a process, followed through the whole pipeline."""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import UUID, uuid4

import pytest
from websockets.sync.client import ClientConnection

from tests.pipeline.conftest import Pipeline, next_message
from tests.processes import Process

REPEATED = ["--seed", "1", "--start", "2030-01-01T00:00Z"]


@pytest.fixture(autouse=True)
def empty_afterwards(pipeline: Pipeline) -> Iterator[None]:
    """The next test finds no plan and no clock."""
    yield
    for table in ("observation", "reservation", "schedulingunit", "project", "clock"):
        pipeline.execute(f"DELETE FROM project_{table}")


def value(pipeline: Pipeline, query: str) -> Any:  # noqa: ANN401 - whatever the column holds
    with closing(pipeline.database()) as database, database.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    return row and row[0]


def messages_up_to(client: ClientConnection, key: UUID) -> list[dict[str, Any]]:
    """What comes before the one about the row with this key."""
    found = []
    while (message := next_message(client))["uuid"] != key.hex:
        found.append(message)
    return found


def test_every_change_reaches_a_client_and_no_other(pipeline: Pipeline) -> None:
    with pipeline.client() as client:
        done = Process.manage(
            "simulate", *REPEATED, "--no-waiting", "--count", "600", "--rate", "100", environment=pipeline.environment
        )
        assert done.wait() == 0, done.output
        end = uuid4()
        pipeline.execute("INSERT INTO project_project (id, name) VALUES (%s, 'End')", str(end))
        heard = messages_up_to(client, end)
    total = re.search(r"stopped after \d+ changes; (\d+) with", done.output)
    assert total is not None, done.output
    assert len(heard) == int(total[1])
    assert {message["status"] for message in heard} == {"created", "updated", "deleted"}


def test_a_stop_lets_the_clock_stand_and_a_start_lets_it_run_on(pipeline: Pipeline) -> None:
    with Process.manage("simulate", *REPEATED, environment=pipeline.environment) as simulator:
        simulator.wait_for("simulating")
        assert value(pipeline, "SELECT speed FROM project_clock") > 0
        assert simulator.stop() == 0
    stood_at = value(pipeline, "SELECT plan_time FROM project_clock WHERE speed = 0")
    assert stood_at is not None
    with Process.manage("simulate", environment=pipeline.environment) as simulator:
        assert f"{stood_at:%Y-%m-%d}" in simulator.wait_for("simulating")
        assert value(pipeline, "SELECT speed FROM project_clock") > 0
        assert value(pipeline, "SELECT plan_time FROM project_clock") >= stood_at


def test_one_that_was_killed_long_ago_catches_up_at_once(pipeline: Pipeline) -> None:
    with Process.manage("simulate", *REPEATED, environment=pipeline.environment) as simulator:
        simulator.wait_for("simulating")
    pipeline.execute("UPDATE project_clock SET speed = 180, set_at = set_at - interval '8 hours'")
    with Process.manage("simulate", environment=pipeline.environment) as simulator:
        simulator.wait_for("simulating from 2030-03-02")
        assert value(pipeline, "SELECT min(start) > '2030-02-28' FROM project_observation")
        assert 150 <= value(pipeline, "SELECT count(*) FROM project_observation") <= 350


def test_a_database_that_throws_it_out_is_named_and_it_goes_on(pipeline: Pipeline) -> None:
    with Process.manage("simulate", "--rate", "50", environment=pipeline.environment) as simulator:
        simulator.wait_for("simulating")
        pipeline.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name NOT LIKE 'rowcast listener%'"
            " AND pid <> pg_backend_pid()"
        )
        simulator.wait_for("the database is away")
        simulator.wait_for("catching up")
        with pipeline.client() as client:
            assert next_message(client)["model"] in {"project", "schedulingunit", "observation", "reservation"}


def test_to_clear_says_how_many_rows_go(pipeline: Pipeline) -> None:
    pipeline.execute("INSERT INTO project_project (name) VALUES ('Mine'), ('Mine too')")
    with Process.manage("simulate", "--clear", "--no-waiting", "--count", "1", environment=pipeline.environment) as run:
        run.wait_for("clearing the plan: 2 rows")
        assert run.wait() == 0
    assert value(pipeline, "SELECT count(*) FROM project_project WHERE name LIKE 'Mine%'") == 0


@pytest.mark.parametrize("words", [["--speed", "0"], ["--count", "0"], ["--start", "now"], ["--start", "9999-01-01"]])
def test_an_option_that_makes_no_sense_is_refused(pipeline: Pipeline, words: list[str]) -> None:
    with Process.manage("simulate", *words, environment=pipeline.environment) as refused:
        assert refused.wait() == 2
    assert words[0] in refused.output
