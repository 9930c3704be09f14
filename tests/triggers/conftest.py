"""An ear: a LISTEN connection that says what a block of code made PostgreSQL tell."""

import json
from collections.abc import Iterator
from select import select
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from django.db import connection
from psycopg2.extensions import connection as PostgresConnection  # noqa: N812 - it is a class

ANSWER_SECONDS = 10.0


class Ear:
    """Collects what is notified on a channel."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._connection = connect()
        with self._connection.cursor() as cursor:
            cursor.execute(f'LISTEN "{channel}"')

    def payloads(self) -> list[str]:
        """Every payload since the last call, in order: all that was committed before it is in."""
        end = f"end {uuid4()}"
        with connect() as other, other.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [self._channel, end])
        heard: list[str] = []
        while end not in heard:
            assert select([self._connection], [], [], ANSWER_SECONDS)[0], f"no end in {heard}"
            self._connection.poll()
            heard += [notification.payload for notification in self._connection.notifies]
            self._connection.notifies.clear()
        return heard[: heard.index(end)]

    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(payload) for payload in self.payloads()]

    def statuses(self) -> list[str]:
        """The messages' statuses alone."""
        return [message["status"] for message in self.messages()]

    def close(self) -> None:
        self._connection.close()


def connect(**changes: Any) -> PostgresConnection:
    """A connection to the test database beside Django's, in autocommit."""
    arguments = {**connection.get_connection_params(), **changes}
    arguments.pop("cursor_factory", None)
    made: PostgresConnection = psycopg2.connect(**arguments)
    made.autocommit = True
    return made


@pytest.fixture
def ear(transactional_db: None) -> Iterator[Ear]:
    """Hears the reference site's channel; tests with it commit for real."""
    listening = Ear("rodan")
    yield listening
    listening.close()
