"""A hop that is connected and says nothing is found by the canary, and named; each hop of real processes."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from project.environment import CHECKOUT
from tests.pipeline.conftest import Pipeline, next_message
from tests.pipeline.test_start_errors import settings_module
from tests.pipeline.watched import HEALTH, health_url
from tests.processes import Process
from tests.wire_cutter import WireCutter
from tests.ws.health.asking import ask, metrics
from tests.ws.observed import wait_until

SILENT_AT_THE_GATEWAY, HEARD_AT_THE_GATEWAY = "no canary has come for", "canaries come again"
SILENT_AT_THE_LISTENER, HEARD_AT_THE_LISTENER = "no canary has come to Redis", "canaries come to Redis again"
UNSUBSCRIBE = b"*2\r\n$11\r\nUNSUBSCRIBE\r\n$20\r\nrodan:rowcast:canary\r\n"
UNSUBSCRIBED = b">3\r\n$11\r\nunsubscribe\r\n$20\r\nrodan:rowcast:canary\r\n:%d\r\n"


@dataclass(frozen=True, slots=True)
class Wires:
    """A pipeline with canaries, and what can be held in it."""

    pipeline: Pipeline
    postgres: WireCutter
    """Between PostgreSQL and the listener."""
    redis: WireCutter
    """Between the listener and Redis."""
    feed: WireCutter
    """Between Redis and the gateway."""

    @property
    def listener(self) -> Process:
        return self.pipeline.listener

    @property
    def gateway(self) -> Process:
        return self.pipeline.gateway

    def wait_until_all_is_well(self) -> None:
        for process in (self.listener, self.gateway):
            url = health_url(process)
            wait_until(lambda url=url: ask(url, "readyz")[0] == 200)  # type: ignore[misc]


@pytest.fixture(scope="module")
def running(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wires]:
    often = {**environment, **settings_module(tmp_path_factory, "WS = {'CANARY_SECONDS': 1.0}")}
    with ExitStack() as cleanup:
        postgres = cleanup.enter_context(WireCutter(environment["DATABASE_URL"]))
        redis, feed = (cleanup.enter_context(WireCutter(environment["REDIS_URL"])) for _ in range(2))
        own = {**often, "DATABASE_URL": postgres.url, "REDIS_URL": redis.url}
        listener = cleanup.enter_context(Process.manage("runlistener", *HEALTH, environment=own))
        theirs = {**often, "REDIS_URL": feed.url}
        gateway = cleanup.enter_context(
            Process.manage("rungateway", "--bind", "127.0.0.1:0", *HEALTH, environment=theirs)
        )
        listener.wait_for("leading:")
        address = gateway.wait_for("ready at").partition("ready at ")[2].partition(",")[0]
        yield Wires(Pipeline(environment, listener, gateway, address), postgres, redis, feed)


@pytest.fixture
def wires(running: Wires) -> Wires:
    running.wait_until_all_is_well()
    return running


def times(process: Process, text: str) -> int:
    """How often it was printed, and once more."""
    return process.output.count(text) + 1


def test_while_all_is_well_it_is_heard_and_its_delay_is_known(wires: Wires) -> None:
    seen = metrics(health_url(wires.gateway))
    assert "rowcast_gateway_canary_age_seconds" in seen
    assert seen["rowcast_gateway_canary_delay_seconds"] > 0
    assert "rowcast_listener_canary_age_seconds" in metrics(health_url(wires.listener))


def test_clients_are_not_told_of_it(wires: Wires) -> None:
    with wires.pipeline.client() as client:
        heard = metrics(health_url(wires.gateway))["rowcast_gateway_messages_total"]
        wait_until(lambda: metrics(health_url(wires.gateway))["rowcast_gateway_messages_total"] > heard)
        wires.pipeline.execute("INSERT INTO project_project (name) VALUES ('told')")
        assert next_message(client)["status"] == "created"


def test_a_listener_that_is_stopped_is_found_by_the_gateway(wires: Wires) -> None:
    silent, heard = times(wires.gateway, SILENT_AT_THE_GATEWAY), times(wires.gateway, HEARD_AT_THE_GATEWAY)
    wires.listener.send(signal.SIGSTOP)
    line = wires.gateway.wait_for(SILENT_AT_THE_GATEWAY, times=silent)
    assert "Redis answers" in line
    status, reason = ask(health_url(wires.gateway), "readyz")
    wires.listener.send(signal.SIGCONT)
    assert (status, SILENT_AT_THE_GATEWAY in reason) == (503, True)
    wires.gateway.wait_for(HEARD_AT_THE_GATEWAY, times=heard)


def test_a_wire_to_postgresql_that_is_held_is_found_by_both(wires: Wires) -> None:
    """It holds the reading session too: of a canary that is written, not its answer, but the reading may be held."""
    silent, there = times(wires.listener, SILENT_AT_THE_LISTENER), times(wires.gateway, SILENT_AT_THE_GATEWAY)
    wires.postgres.hold()
    line = wires.listener.wait_for(SILENT_AT_THE_LISTENER, times=silent)
    wires.gateway.wait_for(SILENT_AT_THE_GATEWAY, times=there)
    wires.postgres.release()
    assert "PostgreSQL does not take it" in line or "it is not read" in line


def test_a_session_that_hangs_while_it_reads_is_found(wires: Wires) -> None:
    """The second that the listener opened, of those that lead."""
    silent = times(wires.listener, SILENT_AT_THE_LISTENER)
    database = wires.pipeline.database()
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'rowcast listener %'"
            " AND datname = current_database() ORDER BY backend_start OFFSET 1 LIMIT 1"
        )
        ((pid,),) = cursor.fetchall()
    database.close()
    os.kill(pid, signal.SIGSTOP)
    line = wires.listener.wait_for(SILENT_AT_THE_LISTENER, times=silent)
    status, _ = ask(health_url(wires.listener), "readyz")
    os.kill(pid, signal.SIGCONT)
    assert "it is not read" in line
    assert status == 503


def test_a_redis_that_does_not_answer_the_listener_is_found_by_both(wires: Wires) -> None:
    silent, there = times(wires.listener, SILENT_AT_THE_LISTENER), times(wires.gateway, SILENT_AT_THE_GATEWAY)
    wires.redis.hold()
    line = wires.listener.wait_for(SILENT_AT_THE_LISTENER, times=silent)
    wires.gateway.wait_for(SILENT_AT_THE_GATEWAY, times=there)
    wires.redis.release()
    assert "Redis has not taken it" in line or "Redis has not answered" in line


def test_a_redis_that_does_not_answer_the_gateway_is_found_by_the_gateway(wires: Wires) -> None:
    silent = times(wires.gateway, SILENT_AT_THE_GATEWAY)
    wires.feed.hold()
    line = wires.gateway.wait_for(SILENT_AT_THE_GATEWAY, times=silent)
    wires.feed.release()
    assert "Redis does not answer" in line


def test_a_subscription_that_was_lost_silently_is_found_and_mended(wires: Wires) -> None:
    missed = times(wires.gateway, "no PUBLISH had told of them")
    wires.feed.smuggle(UNSUBSCRIBE, UNSUBSCRIBED % 0)
    wires.gateway.wait_for("no PUBLISH had told of them", times=missed)
    wires.wait_until_all_is_well()


DOCUMENT = (CHECKOUT / "docs" / "monitoring.md").read_text(encoding="utf-8")


def documented(part: str) -> set[str]:
    """The metrics that the table of this part names; `_x` after `rowcast_<part>_y` is short for `rowcast_<part>_x`."""
    (table,) = re.findall(rf"\| {part} \| \|\n(?:\|.*\n)+", DOCUMENT)
    rows = [row.split("|")[1] for row in table.splitlines()[2:]]
    names = [name for row in rows for name in re.findall(r"`((?:rowcast)?_[a-z_]+)", row)]
    return {name if name.startswith("rowcast") else f"rowcast_{part}{name}" for name in names}


def told(process: Process) -> set[str]:
    names = {re.split(r"[{]", name)[0] for name in metrics(health_url(process))}
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in names if name.startswith("rowcast_")}


def test_every_metric_is_documented_and_every_documented_one_is_told(wires: Wires) -> None:
    assert documented("gateway") == told(wires.gateway)
    assert documented("listener") == told(wires.listener)


def test_the_documented_alerts_ask_for_metrics_that_there_are(wires: Wires) -> None:
    expressions = "\n".join(re.findall(r"expr: (.*)", DOCUMENT))
    names = {re.sub(r"_bucket$", "", name) for name in re.findall(r"rowcast_[a-z_]+", expressions)}
    assert names
    assert names <= told(wires.gateway) | told(wires.listener)
