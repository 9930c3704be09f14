"""PITFALLS A10: more connections than the system gives a process file descriptors."""

import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import redis

from tests.processes import Process
from tests.ws.gateway.hostile.conftest import NO_DATABASE
from tests.ws.gateway.hostile.target import Target
from tests.ws.gateway.requests import request
from tests.ws.observed import wait_until
from ws.gateway.descriptors import OURS, clients_within

TOLD = b"HTTP/1.1 503"


@pytest.fixture(params=[300, 60], ids=["with a reserve", "without one"])
def limit(request: pytest.FixtureRequest) -> int:
    """How many descriptors the gateway has. With 60 they run out, whatever it counts."""
    found: int = request.param
    return found


@pytest.fixture
def limited(redis_url: str, limit: int) -> Iterator[Target]:
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.ws.gateway.hostile.settings",
        "HOSTILE": json.dumps({}),
        "REDIS_URL": redis_url,
        "DATABASE_URL": NO_DATABASE,
    }
    start = shlex.join([sys.executable, "manage.py", "rungateway", "--bind", "127.0.0.1:0"])
    with (
        redis.Redis.from_url(redis_url) as publisher,
        Process(["sh", "-c", f"ulimit -n {limit}; exec {start}"], environment) as process,
    ):
        yield Target(process, publisher, warm_clients=1)
        assert process.stop() == 0, process.output


def test_a_crowd_larger_than_the_limit_ends_nobody_and_nothing(limited: Target, limit: int) -> None:
    """Whoever is in stays; the others are told 503, or closed where the system itself has no more."""
    with limited.attacked(), ExitStack() as cleanup:
        crowd = [cleanup.enter_context(limited.connect()) for _ in range(limit + 300)]
        places = clients_within(limit) - 1
        answers = {client.rest()[:12] for client in crowd[places:]}
        assert answers <= {TOLD} if limit > OURS else answers <= {TOLD, b""}
    wait_until(lambda: limited.status(request("/ws/sky")) == 101)
