"""The addresses of those who watch, of processes that are not well."""

import signal
from collections.abc import Iterator

import pytest

from project.development.valkey import Valkey
from tests.pipeline.conftest import Pipeline
from tests.pipeline.watched import health_url, watched_pipeline
from tests.ws.health.asking import ask
from tests.ws.observed import wait_until


@pytest.fixture
def fragile(environment: dict[str, str], own_redis: Valkey) -> Iterator[Pipeline]:
    """A pipeline on a Redis that the test may hurt."""
    with watched_pipeline({**environment, "REDIS_URL": own_redis.url}) as running:
        yield running


def test_without_redis_nobody_is_ready_and_everybody_is_alive(fragile: Pipeline, own_redis: Valkey) -> None:
    gateway, listener = health_url(fragile.gateway), health_url(fragile.listener)
    own_redis.stop()
    fragile.gateway.wait_for("Redis is lost")
    fragile.listener.wait_for("Redis does not take messages")
    status, reasons = ask(gateway, "readyz")
    assert (status, "Redis is lost" in reasons) == (503, True)
    assert ask(listener, "readyz") == (503, "Redis does not take messages\n")
    assert ask(gateway, "healthz")[0] == ask(listener, "healthz")[0] == 200
    own_redis.start()
    for url in (gateway, listener):
        wait_until(lambda url=url: ask(url, "readyz")[0] == 200)  # type: ignore[misc]


def test_a_gateway_that_ends_lets_nobody_be_sent_there(environment: dict[str, str]) -> None:
    with watched_pipeline(environment) as own:
        url = health_url(own.gateway)
        with own.client():
            own.gateway.send(signal.SIGTERM)
            own.gateway.wait_for("stopped")
            assert own.gateway.wait() == 0, own.gateway.output
        with pytest.raises(ConnectionRefusedError):
            ask(url, "readyz")
