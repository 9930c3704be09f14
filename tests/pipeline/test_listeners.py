"""One listener, several, one now and then, one behind a pooler, and one of a copy: as processes."""

import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg2
import pytest

from tests.conftest import ProgramRequirement
from tests.pipeline.conftest import Pipeline, forget_other_databases, next_message, running_pipeline
from tests.pipeline.test_start_errors import settings_module
from tests.pooler import INSTALL, Pooler
from tests.processes import Process

MANY = 20


def write(pipeline: Pipeline, name: str, count: int = 1) -> list[str]:
    """So many rows, each in a transaction of its own; their keys as messages write them."""
    keys = []
    database = pipeline.database()
    with database.cursor() as cursor:
        for number in range(count):
            cursor.execute("INSERT INTO project_project (name) VALUES (%s) RETURNING id", [f"{name} {number}"])
            keys.append(UUID(str(cursor.fetchall()[0][0])).hex)
    database.close()
    return keys


@pytest.fixture
def own(environment: dict[str, str]) -> Iterator[Pipeline]:
    """A pipeline that the test may hurt."""
    with running_pipeline(environment) as running:
        yield running


def test_the_standby_takes_over_when_the_leader_is_killed_and_nothing_is_lost_or_doubled(own: Pipeline) -> None:
    with Process.manage("runlistener", environment=own.environment) as standby, own.client() as client:
        standby.wait_for("standing by")
        before = write(own, "before", MANY)
        own.listener.send(signal.SIGKILL)
        after = write(own, "after", MANY)
        standby.wait_for("leading:")
        assert [next_message(client)["uuid"] for _ in range(2 * MANY)] == before + after


def test_the_standby_takes_over_when_the_leader_does_not_move_and_the_leader_steps_down(own: Pipeline) -> None:
    with Process.manage("runlistener", environment=own.environment) as standby, own.client() as client:
        standby.wait_for("standing by")
        own.listener.send(signal.SIGSTOP)
        keys = write(own, "meanwhile", MANY)
        standby.wait_for("leading:")
        own.listener.send(signal.SIGCONT)
        own.listener.wait_for("standing by")
        keys += write(own, "afterwards", MANY)
        assert [next_message(client)["uuid"] for _ in range(2 * MANY)] == keys


def test_what_was_written_while_nothing_ran_but_postgresql_arrives_when_all_is_started(own: Pipeline) -> None:
    """PITFALLS 47; of a hundred thousand changes, `make bench-writes` looks at the same ("nobody home")."""
    own.listener.stop()
    keys = write(own, "alone", MANY)
    with own.client() as client, Process.manage("runlistener", environment=own.environment):
        assert [next_message(client)["uuid"] for _ in range(MANY)] == keys


def test_once_publishes_what_is_there_and_ends(own: Pipeline) -> None:
    own.listener.stop()
    keys = write(own, "now and then", MANY)
    with own.client() as client:
        with Process.manage("runlistener", "--once", environment=own.environment) as once:
            assert once.wait() == 0, once.output
        assert [next_message(client)["uuid"] for _ in range(MANY)] == keys


def test_once_does_nothing_where_another_one_leads(own: Pipeline) -> None:
    with Process.manage("runlistener", "--once", environment=own.environment) as once:
        assert once.wait() == 0, once.output
    assert "standing by" in once.output


def test_a_copy_of_the_database_is_refused_until_it_is_adopted(own: Pipeline) -> None:
    own.listener.stop()
    url = own.environment["DATABASE_URL"]
    name = urlsplit(url).path.removeprefix("/")
    server = psycopg2.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")))
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}_copy TEMPLATE {name}")
    copied = {**own.environment, "DATABASE_URL": f"{url}_copy"}
    with Process.manage("runlistener", environment=copied) as refused:
        assert refused.wait() == 1
    assert "is published by another database" in refused.output
    assert "--adopt" in refused.output
    with own.client() as client, Process.manage("runlistener", "--adopt", environment=copied) as adopted:
        adopted.wait_for("leading:")
        assert next_message(client)["status"] == "resync"
    with Process.manage("runlistener", environment=own.environment) as original:
        assert original.wait() == 1, original.output
    with server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}_copy WITH (FORCE)")
    server.close()
    forget_other_databases(own.environment["REDIS_URL"])


def test_a_watch_with_a_facility_of_its_own_is_told_there_with_what_travels(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    watch = {"model": "project.Project", "facility": "surveys", "carry": ["name"]}
    odd = {**environment, **settings_module(tmp_path_factory, f"TRIGGERS['WATCH'] = ['project', {watch!r}]")}
    migrate = Process.manage("migrate", environment=odd)
    assert migrate.wait() == 0, migrate.output
    with running_pipeline(odd) as pipeline, pipeline.client("surveys") as client:
        (key,) = write(pipeline, "own facility")
        assert next_message(client) == {
            "status": "created",
            "model": "project",
            "uuid": key,
            "carried": {"name": "own facility 0"},
        }
    restored = Process.manage("migrate", environment=environment)
    assert restored.wait() == 0, restored.output


def test_behind_a_pooler_it_polls_and_says_so(
    environment: dict[str, str], require_program: ProgramRequirement, tmp_path: Path
) -> None:
    program = require_program(["pgbouncer", "/usr/sbin/pgbouncer"], INSTALL)
    with Pooler(program, tmp_path, environment["DATABASE_URL"]) as pooler:
        pooled = {**environment, "DATABASE_URL": pooler.url}
        with running_pipeline(pooled) as pipeline, pipeline.client() as client:
            pipeline.listener.wait_for("through a transaction pooler")
            keys = write(pipeline, "pooled", MANY)
            assert [next_message(client)["uuid"] for _ in range(MANY)] == keys
