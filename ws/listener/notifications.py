"""The messages that triggers notify, in the order of their commits, over a session of the listener's own."""

from typing import Any, Self

from django.db import connections
from psycopg2 import Error, sql

from ws.listener.session import Session

OLDEST_SERVER = 14
HEARTBEAT_SECONDS = 3.0
TIMEOUTS = {
    "connect_timeout": 3,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""Seconds, but for the last (milliseconds): a connection that lost its network is found within about 11 s, should a
heartbeat not find it before (libpq manual, "Parameter Key Words")."""


class TooOldServerError(Error):
    """The server lacks what the triggers need."""


class Notifications:
    """Notifications of one channel, from LISTEN on, in the order of their commits.

    Raises psycopg2.Error when the connection can't be made or is lost, TooOldServerError below PostgreSQL 14.
    """

    def __init__(self, alias: str, channel: str) -> None:
        self._session = Session(connection_arguments(alias))
        try:
            require_server(self._session.server_version)
            self._session.ask(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        except BaseException:
            self._session.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def fileno(self) -> int:
        """For `select`."""
        return self._session.fileno()

    def take(self) -> list[bytes]:
        """What has arrived, without waiting. What came before the connection was lost comes out first."""
        return [payload.encode() for payload in self._session.poll()]

    def take_rest(self, seconds: float) -> list[bytes]:
        """What was notified by transactions committed until now. Waits for PostgreSQL to answer, so long at most.

        A COMMIT signals the listening server process before it returns, and that one sends its notifications before
        it answers (`ProcessNotifyInterrupt` in PostgreSQL's src/backend/commands/async.c); unasked, it sends them
        when it comes to run.
        """
        self._session.ask("SELECT 1", seconds=seconds)
        return self.take()

    def beat(self) -> None:
        """Ask PostgreSQL something, if it has not answered for 3 s: a wire that was cut says nothing by itself.

        What is notified meanwhile comes with the answer: `take` it before waiting.
        """
        self._session.beat(HEARTBEAT_SECONDS)


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
