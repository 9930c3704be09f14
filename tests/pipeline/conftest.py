"""The whole way from row to browser: a migrated database, Redis, listener and gateway, as real processes."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg2
import pytest
import redis
from psycopg2.extensions import connection as PostgresConnection  # noqa: N812 - it is a class
from websockets.sync.client import ClientConnection, connect

from tests.processes import Process

HEARTBEAT = "--heartbeat--"
MESSAGE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Running parts and where to reach them."""

    environment: dict[str, str]
    listener: Process
    gateway: Process
    gateway_url: str

    @property
    def gateway_address(self) -> str:
        """For `rungateway --bind`."""
        return urlsplit(self.gateway_url).netloc

    def database(self) -> PostgresConnection:
        """A connection in autocommit, as psql is."""
        made = psycopg2.connect(self.environment["DATABASE_URL"])
        made.autocommit = True
        return made

    def execute(self, statement: str, *parameters: object) -> None:
        """One statement, committed, over a connection of its own."""
        database = self.database()
        with database.cursor() as cursor:
            cursor.execute(statement, parameters or None)
        database.close()

    @contextmanager
    def client(self, facility: str = "rodan") -> Iterator[ClientConnection]:
        """A raw client, after the first heartbeat: what is committed from here on reaches it."""
        with self.connect(facility=facility) as made:
            while made.recv(MESSAGE_SECONDS) != HEARTBEAT:
                pass
            yield made

    def connect(
        self, words: str = "subscribe-broadcast", facility: str = "rodan"
    ) -> AbstractContextManager[ClientConnection]:
        """A raw client, on the site's facility unless another one is named. Enter it to connect."""
        return connect(f"{self.gateway_url}{facility}?{words}")


def next_text(client: ClientConnection) -> str:
    """The next message's text, past heartbeats."""
    while (text := client.recv(MESSAGE_SECONDS)) == HEARTBEAT:
        pass
    assert isinstance(text, str)
    return text


def next_message(client: ClientConnection) -> dict[str, Any]:
    """The next message, without its number."""
    message: dict[str, Any] = json.loads(next_text(client))
    message.pop("seq", None)
    return message


@pytest.fixture(scope="module")
def empty_database(database_url: str) -> Iterator[str]:
    """The address of a database of this module's own."""
    name = f"rowcast_{uuid4().hex}"
    server = psycopg2.connect(database_url)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield urlunsplit(urlsplit(database_url)._replace(path=f"/{name}"))
    with server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


@pytest.fixture(scope="module")
def environment(empty_database: str, redis_url: str) -> dict[str, str]:
    """For the commands: the reference site's own settings, a migrated database and Redis."""
    variables = {
        "DJANGO_SETTINGS_MODULE": "project.settings",
        "DATABASE_URL": empty_database,
        "REDIS_URL": redis_url,
    }
    migrate = Process.manage("migrate", environment=variables)
    assert migrate.wait() == 0, migrate.output
    forget_other_databases(redis_url)
    return variables


def forget_other_databases(redis_url: str) -> None:
    """What modules before left in Redis is another database's: a listener of ours would refuse to go on with it."""
    with redis.Redis.from_url(redis_url) as client:
        for key in client.scan_iter("rodan:rowcast:*"):
            client.delete(key)


@pytest.fixture(scope="module")
def pipeline(environment: dict[str, str]) -> Iterator[Pipeline]:
    """Listener and gateway, ready; one for all tests of a module."""
    with running_pipeline(environment) as running:
        yield running


@contextmanager
def running_pipeline(environment: dict[str, str], port: int = 0) -> Iterator[Pipeline]:
    """Listener and gateway, ready."""
    with ExitStack() as cleanup:
        listener = cleanup.enter_context(Process.manage("runlistener", environment=environment))
        gateway = cleanup.enter_context(
            Process.manage("rungateway", "--bind", f"127.0.0.1:{port}", environment=environment)
        )
        listener.wait_for("leading:", "standing by")  # beside another one of the same database
        address = gateway.wait_for("ready at").partition("ready at ")[2].partition(",")[0]
        yield Pipeline(environment, listener, gateway, address)
