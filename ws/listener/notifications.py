"""The LISTEN connection: one of its own, never Django's, in autocommit, so that it pins nothing in the database."""

from typing import Any, Self

import psycopg2
from django.db import connections
from psycopg2 import extensions, sql

OLDEST_SERVER = 14
TAKEN_AT_MOST = 10_000
"""In one go; under a flood the publishing must have its turn."""
TIMEOUTS = {
    "connect_timeout": 3,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""Seconds, but for the last (milliseconds): a connection that lost its network is found within about 11 s
(libpq manual, "Parameter Key Words")."""

SESSION = "SET idle_session_timeout = 0; SET client_encoding = 'UTF8'"
"""A LISTEN connection is idle by nature; a time-out of the role must not end it."""


class TooOldServerError(psycopg2.Error):
    """The server lacks what the triggers need."""


class Notifications:
    """Notifications of one channel, from LISTEN on, in the order of their commits.

    Raises psycopg2.Error when the connection can't be made or is lost, TooOldServerError below PostgreSQL 14.
    """

    def __init__(self, alias: str, channel: str) -> None:
        self._connection = psycopg2.connect(**connection_arguments(alias))
        try:
            self._connection.autocommit = True
            require_server(self._connection.server_version)
            with self._connection.cursor() as cursor:
                cursor.execute(SESSION)
                cursor.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def fileno(self) -> int:
        """For `select`."""
        number: int = self._connection.fileno()
        return number

    def take(self) -> list[bytes]:
        """What has arrived, without waiting.

        Polls once more after an empty poll: the first one after the server closed the connection returns cleanly.
        """
        is_idle = self._connection.get_transaction_status() == extensions.TRANSACTION_STATUS_IDLE
        assert is_idle or self._connection.closed, "an open transaction pins PostgreSQL's queue of notifications"
        taken: list[bytes] = []
        empty_polls = 0
        while empty_polls < 2 and len(taken) < TAKEN_AT_MOST:
            try:
                self._connection.poll()
            except psycopg2.Error:
                # What came before the end comes out first; the next poll raises again.
                taken += self._arrived()
                if not taken:
                    raise
                break
            arrived = self._arrived()
            empty_polls = 0 if arrived else empty_polls + 1
            taken += arrived
        return taken

    def _arrived(self) -> list[bytes]:
        arrived = [notification.payload.encode() for notification in self._connection.notifies]
        self._connection.notifies.clear()
        return arrived


def connection_arguments(alias: str) -> dict[str, Any]:
    """What Django connects this alias with, and the listener's own name and time-outs."""
    arguments = connections[alias].get_connection_params()
    arguments.pop("cursor_factory", None)
    return {**TIMEOUTS, **arguments, "application_name": "rowcast listener"}


def require_server(version: int) -> None:
    """Raise TooOldServerError for `server_version` 13.x (130000) and older."""
    if version // 10_000 < OLDEST_SERVER:
        raise TooOldServerError(
            f"PostgreSQL {version // 10_000} is too old: CREATE OR REPLACE TRIGGER needs {OLDEST_SERVER} or newer."
        )
