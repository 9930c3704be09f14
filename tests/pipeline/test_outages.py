"""A part goes away, and what the others do meanwhile and afterwards."""

import signal
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from project.development.valkey import Valkey
from tests.pipeline.conftest import MESSAGE_SECONDS, Pipeline, next_message, running_pipeline
from tests.processes import Process


@pytest.fixture
def fragile(environment: dict[str, str], own_redis: Valkey) -> Iterator[Pipeline]:
    """A pipeline on that Redis."""
    with running_pipeline({**environment, "REDIS_URL": own_redis.url}) as pipeline:
        yield pipeline


def close_code(client: ClientConnection) -> int | None:
    """The code with which the gateway closes this client, past what it still sends."""
    try:
        while True:
            client.recv(MESSAGE_SECONDS)
    except ConnectionClosed:
        return client.close_code


def write(pipeline: Pipeline, name: str) -> None:
    pipeline.execute("INSERT INTO project_project (name) VALUES (%s)", name)


def test_writes_succeed_when_listener_redis_and_gateway_are_down(fragile: Pipeline, own_redis: Valkey) -> None:
    """Compatibility R10."""
    fragile.listener.send(signal.SIGKILL)
    fragile.gateway.send_to_all(signal.SIGKILL)
    own_redis.stop()
    write(fragile, "nobody is home")


def test_messages_wait_for_redis_and_arrive_in_order_when_it_is_back(fragile: Pipeline, own_redis: Valkey) -> None:
    """Compatibility R10, R14."""
    with fragile.client() as client:
        own_redis.stop()
        for number in range(3):
            write(fragile, f"waiting {number}")
        fragile.listener.wait_for("Redis does not take messages")
        fragile.gateway.wait_for("Redis is lost")
        own_redis.start()
        assert [next_message(client)["status"] for _ in range(3)] == ["created"] * 3


def test_the_listener_listens_again_when_its_connection_was_ended(pipeline: Pipeline) -> None:
    """Compatibility R14."""
    pipeline.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'rowcast listener%'"
    )
    pipeline.listener.wait_for("PostgreSQL is lost")
    pipeline.listener.wait_for("leading:", times=2)
    with pipeline.client() as client:
        write(pipeline, "heard")
        assert next_message(client)["status"] == "created"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_gateway_tells_its_clients_to_reconnect_and_exits_cleanly(
    environment: dict[str, str], number: signal.Signals
) -> None:
    with running_pipeline(environment) as pipeline, pipeline.client() as client:
        pipeline.gateway.send(number)
        assert close_code(client) == 1012
        assert pipeline.gateway.wait() == 0, pipeline.gateway.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_listener_exits_cleanly(environment: dict[str, str], number: signal.Signals) -> None:
    with Process.manage("runlistener", environment=environment) as listener:
        listener.wait_for("leading:", "standing by")
        listener.send(number)
        assert listener.wait() == 0, listener.output
