"""What every measure works with, and one round of writing."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from stress.writes.databases import ROWCAST, Databases
from stress.writes.head import Head
from stress.writes.listener import Listener
from stress.writes.pgbench import Pgbench, Run
from stress.writes.refusal import RefusedError

READY_SECONDS = 60.0
QUIET_SECONDS = 1.0
LATE_SECONDS = 2.0
"""By then all that a round wrote must be in Redis."""
NOBODY = "nobody home"
"""Our triggers, and no listener."""
TOUCH = "UPDATE project_project SET name = name || '.' WHERE id = md5('1')::uuid"


@dataclass(frozen=True, slots=True)
class Bench:
    """Databases, the listener, and how much is wanted."""

    databases: Databases
    head: Head
    listener: Listener
    pgbench: Pgbench
    rounds: int
    seconds: int
    sustained_seconds: int
    lates: list[float] = field(default_factory=list)
    """How long Redis took after a round's end, where that was too long."""

    def say(self, text: str) -> None:
        """While it goes on; the table comes at the end."""
        print(text, file=sys.stderr, flush=True)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """The listener is up: a change has come to Redis, and nothing more comes. Raises RefusedError."""
        self.head.mark()
        self.listener.start()
        try:
            self._touch()
            deadline = time.perf_counter() + READY_SECONDS
            while not self.head.has_moved(QUIET_SECONDS):
                if self.listener.has_ended or time.perf_counter() > deadline:
                    raise RefusedError(f"The listener publishes nothing:\n{self.listener.said()}")
            while self.head.has_moved(QUIET_SECONDS):
                self.head.mark()
            yield
        finally:
            self.listener.stop()

    def write(self, variant: str, script: str, *, writers: int, seconds: int | None = None) -> float:
        """One round of transactions of one row; how many a second. Then all of them are in Redis."""
        if variant == NOBODY:
            self.listener.stop()
        self.head.mark()
        database = ROWCAST if variant == NOBODY else variant
        run = self.run(database, script, writers=writers, seconds=seconds or self.seconds)
        if variant == NOBODY:
            self.listener.start()
            self.head.wait_for(run.transactions)
        if variant == ROWCAST:
            self.settle(run.transactions)
        return run.per_second

    def run(self, kind: str, script: str, *, writers: int, seconds: int, per_second: float | None = None) -> Run:
        """By pgbench, on one of the databases."""
        url = self.databases.url(kind)
        return self.pgbench.run(url, script, writers=writers, seconds=seconds, per_second=per_second)

    def settle(self, changes: int) -> float:
        """Wait until so many since the mark are in Redis; for how many seconds."""
        waited = self.head.wait_for(changes)
        if waited > LATE_SECONDS:
            self.lates.append(waited)
            self.say(f"  late: Redis had everything only {waited:.1f} s after the end")
        return waited

    @contextmanager
    def connection(self, kind: str) -> Iterator[Connection]:
        """In autocommit."""
        database = self.databases.connect(kind)
        try:
            yield database
        finally:
            database.close()

    def _touch(self) -> None:
        with self.connection(ROWCAST) as database, database.cursor() as cursor:
            cursor.execute(TOUCH)
