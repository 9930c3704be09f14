"""The tests' database and Redis, as the listener meets them."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
import redis
from django.db import connection
from psycopg2.extensions import connection as PostgresConnection  # noqa: N812 - it is a class

from project.environment import redis_arguments
from tests.wire_cutter import WireCutter
from tests.ws.listener.change_log import ChangeLog
from tests.ws.listener.listeners import Listener
from tests.ws.listener.reader import Reader
from tests.ws.listener.steps import PREFIX, begin
from tests.ws.observed import Observed, wait_until
from ws.listener.heads import Source
from ws.listener.observations import Leading
from ws.listener.step import Step
from ws.settings import WsSettings, load
from ws.wire.channels import Channel

MESSAGE_SECONDS = 15.0
LISTENER = "rowcast listener"


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else in the test database, in autocommit."""

    postgres: PostgresConnection

    def ask(self, statement: str, *parameters: object) -> list[tuple[object, ...]]:
        with self.postgres.cursor() as cursor:
            cursor.execute(statement, parameters)
            return list(cursor.fetchall())

    def notify(self, channel: str, *payloads: str) -> None:
        """One transaction for each payload."""
        for payload in payloads:
            self.ask("SELECT pg_notify(%s, %s)", channel, payload)

    def listeners(self) -> list[int]:
        """The pids of the listener's sessions here."""
        statement = "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND datname = current_database()"
        return [int(str(pid)) for (pid,) in self.ask(statement, LISTENER)]


@pytest.fixture
def other(db: None) -> Iterator[Other]:  # noqa: ARG001 - it makes the database
    """A connection beside Django's and the listener's. An earlier test's listener, whose session may be ending still,
    is gone.
    """
    arguments = connection.get_connection_params()
    arguments.pop("cursor_factory", None)
    made = psycopg2.connect(**arguments)
    made.autocommit = True
    found = Other(made)
    wait_until(lambda: not found.listeners())
    yield found
    made.close()


@pytest.fixture
def notification_channel() -> str:
    return f"notes_{uuid4().hex}"


@pytest.fixture
def channel() -> Channel:
    return Channel(f"test:broadcast:{uuid4().hex}")


SettingsFor = Callable[..., WsSettings]


@pytest.fixture
def settings_for() -> SettingsFor:
    """The listener's settings for a Redis at this address."""

    def make(url: str, expire_seconds: int = 60) -> WsSettings:
        return replace(load(), connection=redis_arguments(url), expire_seconds=expire_seconds)

    return make


@pytest.fixture
def source() -> Source:
    """A log that no other test publishes."""
    return Source("7123456789012345678", 16384, uuid4().int % 2**32)


MakeStep = Callable[..., Step]


@pytest.fixture
def make_step(redis_url: str, settings_for: SettingsFor, source: Source) -> Iterator[MakeStep]:
    """Steps with settings of the test's own."""
    with ExitStack() as cleanup:

        def make(url: str = redis_url, of: Source = source, **changes: Any) -> Step:  # noqa: ANN401 - any setting
            step = Step(replace(settings_for(url), **{"prefix": PREFIX, **changes}), of)
            cleanup.callback(step.close)
            return step

        yield make


@pytest.fixture
def step(make_step: MakeStep, channel: Channel) -> Step:
    """One whose channel's numbering begins; the cursor is "one"."""
    made = make_step()
    begin(made, channel)
    return made


@pytest.fixture
def wire(redis_url: str) -> Iterator[WireCutter]:
    with WireCutter(redis_url) as cutter:
        yield cutter


@pytest.fixture
def postgres_wire(database_url: str) -> Iterator[WireCutter]:
    with WireCutter(database_url) as cutter:
        yield cutter


@pytest.fixture
def server(redis_url: str) -> Iterator[redis.Redis]:
    """A direct connection to Redis."""
    with redis.Redis.from_url(redis_url) as client:
        yield client


class Subscriber:
    """Collects what is published on one channel."""

    def __init__(self, client: redis.Redis, channel: str) -> None:
        self._client, self._channel = client, channel
        self._subscription = client.pubsub()  # type: ignore[no-untyped-call]
        self._subscription.subscribe(channel)
        assert self._next()["type"] == "subscribe"

    def messages(self, count: int) -> list[bytes]:
        """The next ones."""
        return [self._next()["data"] for _ in range(count)]

    def messages_until_now(self) -> list[bytes]:
        """Everything that was published before this call."""
        end = uuid4().hex.encode()
        self._client.publish(self._channel, end)
        messages: list[bytes] = []
        while (message := self._next()["data"]) != end:
            messages.append(message)
        return messages

    def close(self) -> None:
        self._subscription.close()

    def _next(self) -> dict[str, Any]:
        message: dict[str, Any] | None = self._subscription.get_message(timeout=MESSAGE_SECONDS)
        assert message is not None, "nothing was published in time"
        return message


@pytest.fixture
def subscriber(server: redis.Redis, channel: Channel) -> Iterator[Subscriber]:
    made = Subscriber(server, channel)
    yield made
    made.close()


@pytest.fixture
def observed() -> Observed:
    return Observed()


@pytest.fixture
def log(database_url: str) -> Iterator[ChangeLog]:
    """One that no other test writes to."""
    with ChangeLog(database_url) as made:
        yield made


MakeReader = Callable[..., Reader]


@pytest.fixture
def make_reader(log: ChangeLog, settings_for: SettingsFor, redis_url: str) -> Iterator[MakeReader]:
    """Listeners that do one thing at a time."""
    with ExitStack() as cleanup:

        def make(url: str = redis_url, of: ChangeLog = log, **options: Any) -> Reader:  # noqa: ANN401 - Reader's
            return cleanup.enter_context(Reader(of, settings_for(url), **options))

        yield make


@pytest.fixture
def reader(make_reader: MakeReader) -> Reader:
    return make_reader()


StartListener = Callable[..., Listener]


@pytest.fixture
def start_listener(log: ChangeLog, settings_for: SettingsFor, redis_url: str) -> Iterator[StartListener]:
    """Start listeners of the log, which end with the test. One that is to lead does, when it is given out."""
    with ExitStack() as cleanup:

        def start(url: str = redis_url, *, leads: bool = True, **options: Any) -> Listener:  # noqa: ANN401 - Listener's
            listener = cleanup.enter_context(Listener(log, settings_for(url), **options))
            if leads:
                listener.observed.wait_for(Leading)
            return listener

        yield start


Heard = Callable[[int], list[str]]


@pytest.fixture
def heard(log: ChangeLog, server: redis.Redis) -> Iterator[Heard]:
    """The next so many changes that are published, each as its status and key; without announcements."""
    subscriber = Subscriber(server, f"{PREFIX}:broadcast:{log.schema}")

    def hear(count: int) -> list[str]:
        told: list[str] = []
        while len(told) < count:
            message = json.loads(subscriber.messages(1)[0])
            if message["status"] != "resync":
                told.append(f"{message['status']} {message['uuid']}")
        return told

    yield hear
    subscriber.close()
