"""One of the listener's own connections to PostgreSQL: autocommit, never Django's, and never waited for without an end.

A server that was stopped, or a wire that was cut without a word, answers nothing for ever; libpq would wait as long.
So the connection is asynchronous, and each answer has a deadline (PROTOCOL.md, L1; PITFALLS P1, P4).
"""

from collections.abc import Callable, Sequence
from select import select
from time import monotonic
from typing import Any, Self

import psycopg2
from psycopg2 import extensions, sql

ANSWER_SECONDS = 5.0
LONG_ANSWER_SECONDS = 120.0
"""For a statement that may have much to read."""
MEANWHILE_SECONDS = 0.5
LIMIT_SECONDS = 10
SESSION = f"""
SET idle_session_timeout = '{LIMIT_SECONDS}s';
SET idle_in_transaction_session_timeout = '{LIMIT_SECONDS}s';
SET tcp_user_timeout = '{LIMIT_SECONDS}s';
SET statement_timeout = 0;
SET lock_timeout = 0;
SET synchronous_commit = on;
SET default_transaction_isolation = 'read committed';
SET default_transaction_read_only = off;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
SET plan_cache_mode = force_generic_plan;
SET enable_seqscan = off;
SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'transaction_timeout'
"""  # noqa: S608 - a number of ours
"""A listener that was stopped loses its sessions, and with them its locks, when it has been silent for 10 s; what the
role has set otherwise must not do that earlier, nor later. Plans are made once, by index."""


class SilentServerError(psycopg2.OperationalError):
    """PostgreSQL did not answer in time: it, or the wire, has stopped."""


def _nothing() -> None:
    """Nothing is due meanwhile."""


class Session:
    """A connection that is asked one thing at a time. Raises psycopg2.Error when it can't be made or is lost.

    `meanwhile` is called every half second while an answer is waited for: it keeps the other sessions alive. What it
    raises ends the waiting, and the session.
    """

    def __init__(
        self, arguments: dict[str, Any], meanwhile: Callable[[], None] = _nothing, *, settings: str = SESSION
    ) -> None:
        self._meanwhile = meanwhile
        self.answered_at = monotonic()
        """By the monotonic clock, in seconds."""
        self.is_asking = False
        encoded = {**arguments, "client_encoding": "UTF8"}  # set later, psycopg2 would go on reading the role's
        self._connection: extensions.connection = psycopg2.connect(**encoded, async_=True)
        try:
            self._wait(float(arguments.get("connect_timeout") or ANSWER_SECONDS))
            if settings:
                self.ask(settings)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Of the server's process."""
        return self._connection.info.backend_pid

    @property
    def server_version(self) -> int:
        return self._connection.server_version

    @property
    def is_closed(self) -> bool:
        return bool(self._connection.closed)

    def fileno(self) -> int:
        """For `select`."""
        number: int = self._connection.fileno()
        return number

    def ask(
        self,
        statement: str | sql.Composable,
        parameters: Any = None,  # noqa: ANN401 - psycopg2's
        *,
        seconds: float = ANSWER_SECONDS,
    ) -> list[tuple[Any, ...]]:
        """The rows of the last of these statements. Raises SilentServerError after so many seconds."""
        assert not self.is_asking, "one thing at a time"
        self.is_asking = True
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                self._wait(seconds)
                self.answered_at = monotonic()
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            self.is_asking = False

    def poll(self) -> Sequence[str]:
        """The payloads of the notifications that have arrived, without waiting.

        Polls once more after a poll: the first one after the server closed the connection returns cleanly (P3). What
        came before the end comes out first; the next call raises.
        """
        try:
            for _ in range(2):
                self._connection.poll()
        except psycopg2.Error:
            if not self._connection.notifies:
                raise
        payloads = [notification.payload for notification in self._connection.notifies]
        self._connection.notifies.clear()
        return payloads

    def beat(self, seconds: float) -> None:
        """Ask something, if the last answer is so old: PostgreSQL ends a silent session; a cut wire says nothing."""
        if not self.is_asking and monotonic() - self.answered_at >= seconds:
            self.ask("SELECT 1")

    def quote(self, composed: sql.Composable) -> str:
        """As text."""
        return composed.as_string(self._connection)

    def close(self) -> None:
        self._connection.close()

    def _wait(self, seconds: float) -> None:
        deadline = monotonic() + seconds
        while (state := self._connection.poll()) != extensions.POLL_OK:
            rest = deadline - monotonic()
            if rest <= 0:
                self.close()
                raise SilentServerError(f"no answer for {seconds:.0f} s")
            wants = [self._connection.fileno()]
            reads, writes = (wants, []) if state == extensions.POLL_READ else ([], wants)
            if not any(select(reads, writes, [], min(rest, MEANWHILE_SECONDS))):
                self._do_meanwhile()

    def _do_meanwhile(self) -> None:
        try:
            self._meanwhile()
        except BaseException:
            self.close()
            raise
