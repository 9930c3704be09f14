"""One real gateway for each module of attacks: `SETTINGS` in the module is what differs in its own."""

import json
from collections.abc import Iterator

import pytest
import redis
from django.db import connection

from tests.processes import Process
from tests.ws.gateway.hostile.target import Target

NO_DATABASE = "postgres://nobody@127.0.0.1:1/none"


@pytest.fixture(scope="module")
def gateway_database() -> str:
    """None is needed where nobody is asked who they are; a module that does has a fixture of its own in this place."""
    return NO_DATABASE


@pytest.fixture(scope="module")
def target(request: pytest.FixtureRequest, redis_url: str, gateway_database: str) -> Iterator[Target]:
    """The gateway, after a warm-up."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.ws.gateway.hostile.settings",
        "HOSTILE": json.dumps(getattr(request.module, "SETTINGS", {})),
        "REDIS_URL": redis_url,
        "DATABASE_URL": gateway_database,
    }
    with (
        redis.Redis.from_url(redis_url) as publisher,
        Process.manage("rungateway", "--bind", "127.0.0.1:0", environment=environment) as process,
    ):
        yield Target(process, publisher)
        assert process.stop() == 0, process.output


@pytest.fixture(scope="session")
def tests_database_url(database_url: str, django_db_setup: None) -> str:  # noqa: ARG001 - it is made there
    """Of the database that the tests of this session write to."""
    return f"{database_url.rpartition('/')[0]}/{connection.settings_dict['NAME']}"
