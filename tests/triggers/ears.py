"""An ear says what a block of code made PostgreSQL tell: one for each delivery."""

import json
from abc import ABC, abstractmethod
from contextlib import closing
from select import select
from typing import Any
from uuid import uuid4

import psycopg2
from django.db import connection
from psycopg2.extensions import connection as PostgresConnection  # noqa: N812 - it is a class

from triggers.settings import DURABLE, NOTIFY
from ws.listener.messages import row_messages
from ws.listener.rows import Row

ANSWER_SECONDS = 10.0


class Ear(ABC):
    """Says what was told, by either delivery, in the same words."""

    delivery: str

    @abstractmethod
    def payloads(self) -> list[str]:
        """Every message since the last call, in order: all that was committed before it is in."""

    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(payload) for payload in self.payloads()]

    def statuses(self) -> list[str]:
        """The messages' statuses alone."""
        return [message["status"] for message in self.messages()]


class NotificationEar(Ear):
    """Collects what is notified on a channel."""

    delivery = NOTIFY

    def __init__(self, connection: PostgresConnection, channel: str) -> None:
        self._channel = channel
        self._connection = connection
        with self._connection.cursor() as cursor:
            cursor.execute(f'LISTEN "{channel}"')

    def payloads(self) -> list[str]:
        end = f"end {uuid4()}"
        with closing(connect()) as other, other.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [self._channel, end])
        heard: list[str] = []
        while end not in heard:
            assert select([self._connection], [], [], ANSWER_SECONDS)[0], f"no end in {heard}"
            self._connection.poll()
            heard += [notification.payload for notification in self._connection.notifies]
            self._connection.notifies.clear()
        return heard[: heard.index(end)]


class LogEar(Ear):
    """Reads the change log, and writes its rows' messages as the listener does."""

    delivery = DURABLE

    def __init__(self, connection: PostgresConnection) -> None:
        self._connection = connection
        self._last_id = 0
        self.rows()

    def rows(self) -> list[Row]:
        """The log's new rows, in the order of their ids."""
        with self._connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, xid::text::bigint, status, model, key, uuids::text, keys, carried::text, at::text"
                " FROM rowcast_log WHERE id > %s ORDER BY id",
                [self._last_id],
            )
            found = [Row(*row) for row in cursor.fetchall()]
        self._last_id = max([self._last_id, *(row.id for row in found)])
        return found

    def payloads(self) -> list[str]:
        return [message.decode() for row in self.rows() for message in row_messages(row)]


def connect(**changes: Any) -> PostgresConnection:  # noqa: ANN401 - libpq's own keywords
    """A connection to the test database beside Django's, in autocommit."""
    arguments = {**connection.get_connection_params(), **changes}
    arguments.pop("cursor_factory", None)
    made: PostgresConnection = psycopg2.connect(**arguments)
    made.autocommit = True
    return made
