"""The addresses of those who watch, of the real processes."""

import socket
from collections.abc import Iterator

import pytest

from tests.pipeline.conftest import Pipeline, next_message
from tests.pipeline.watched import HEALTH, health_url, watched_pipeline
from tests.processes import Process
from tests.ws.health.asking import ask, metrics
from tests.ws.observed import wait_until

MANY = 10


@pytest.fixture(scope="module")
def watched(environment: dict[str, str]) -> Iterator[Pipeline]:
    with watched_pipeline(environment) as running:
        yield running


@pytest.mark.parametrize("topic", ["healthz", "readyz"])
def test_who_runs_is_alive_and_ready(watched: Pipeline, topic: str) -> None:
    assert ask(health_url(watched.gateway), topic) == (200, "ok\n")
    assert ask(health_url(watched.listener), topic) == (200, "ok\n")


def test_what_goes_through_is_counted_at_both_ends(watched: Pipeline) -> None:
    listener, gateway = health_url(watched.listener), health_url(watched.gateway)
    before = metrics(listener), metrics(gateway)
    with watched.client() as one, watched.client() as other:
        watched.execute(f"INSERT INTO project_project (name) SELECT 'n' FROM generate_series(1, {MANY})")
        for client in (one, other):
            assert [next_message(client)["status"] for _ in range(MANY)] == ["created"] * MANY
        after = metrics(gateway)
        assert after["rowcast_gateway_clients"] == 2
    assert after["rowcast_gateway_handshakes_total"] - before[1]["rowcast_gateway_handshakes_total"] == 2
    assert after["rowcast_gateway_messages_total"] - before[1]["rowcast_gateway_messages_total"] == MANY
    assert after["rowcast_gateway_deliveries_total"] - before[1]["rowcast_gateway_deliveries_total"] == 2 * MANY
    name = "rowcast_listener_messages_total"
    wait_until(lambda: metrics(listener)[name] > before[0][name])  # clients may hear before Redis has answered
    carried = metrics(listener)
    assert carried[name] - before[0][name] == MANY
    assert carried["rowcast_listener_rows_total"] - before[0]["rowcast_listener_rows_total"] == 1
    assert carried['rowcast_listener_role{role="leading"}'] == 1


def test_refusals_are_counted_by_reason(watched: Pipeline) -> None:
    url, name = health_url(watched.gateway), 'rowcast_gateway_refusals_total{reason="not_found",status="404"}'
    before = metrics(url)[name]
    host, _, port = watched.gateway_address.rpartition(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(
            b"GET /elsewhere/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        assert b" 404 " in client.recv(100)
    assert metrics(url)[name] == before + 1


def test_who_stands_by_is_ready_and_says_so(watched: Pipeline) -> None:
    with Process.manage("runlistener", *HEALTH, environment=watched.environment) as standby:
        standby.wait_for("standing by")
        url = health_url(standby)
        assert ask(url, "readyz") == (200, "ok\n")
        assert metrics(url)['rowcast_listener_role{role="standing_by"}'] == 1


@pytest.mark.parametrize("command", ["rungateway", "runlistener"])
def test_an_address_for_health_that_is_taken_is_named(environment: dict[str, str], command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        bind = ["--bind", "127.0.0.1:0"] if command == "rungateway" else []
        with Process.manage(command, *bind, "--health", address, environment=environment) as process:
            assert process.wait() == 1
    assert f"--health cannot listen on {address}" in process.output
    assert "Traceback" not in process.output
