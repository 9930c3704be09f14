"""Writes random transactions until it is stopped, each with its line in the ledger. Runs in a thread of its own.

PostgreSQL may die at any moment: then it connects again, and ends what it had prepared.
"""

import threading
import time
from contextlib import closing
from random import Random

import psycopg2
from psycopg2.extensions import connection as PostgresConnection  # noqa: N812 - it is a class
from psycopg2.extensions import cursor as PostgresCursor  # noqa: N812 - it is a class

from stress.chaos.pace import Pace
from stress.chaos.pen import write
from stress.chaos.statements import statement
from stress.chaos.tally import Tally
from stress.chaos.transactions import Ending, Habit, Tide, Transaction, is_relaxed, numbers, tide, transaction

OPTIONS = "-c lock_timeout=1s -c statement_timeout=30s"
CONNECT_SECONDS = 3
RETRY_SECONDS = 0.05
EBB_SECONDS = (0.005, 0.05)


class Conduct:
    """What all writers share."""

    def __init__(self, rows: int, changes_per_second: float) -> None:
        self.rows = rows
        self.began = time.monotonic()
        self.stop = threading.Event()
        self._pace = Pace(changes_per_second, self.began)
        self._lock = threading.Lock()

    def tide(self) -> Tide:
        return tide(time.monotonic() - self.began)

    def is_relaxed(self) -> bool:
        return is_relaxed(time.monotonic() - self.began)

    def rest(self, changes: int) -> None:
        """After so many."""
        with self._lock:
            seconds = self._pace.wait_seconds(changes, time.monotonic())
        self.stop.wait(seconds)


class Writer:
    """One connection at a time. `tally` may be read while it runs."""

    def __init__(self, url: str, number: int, habit: Habit, conduct: Conduct, random: Random) -> None:
        self._url = url
        self._number = number
        self._habit = habit
        self._conduct = conduct
        self._random = random
        self._numbers = numbers(number)
        self.tally = Tally()

    def run(self) -> None:
        """Until the stop, and until nothing of its own is prepared."""
        is_clean = False
        while not (self._conduct.stop.is_set() and is_clean):
            try:
                with closing(self._connect()) as database, database.cursor() as cursor:
                    is_clean = False
                    self._end_prepared(cursor)
                    self._write(database, cursor)
                    is_clean = True
            except psycopg2.Error:
                time.sleep(RETRY_SECONDS)

    def _connect(self) -> PostgresConnection:
        database = psycopg2.connect(self._url, connect_timeout=CONNECT_SECONDS, options=OPTIONS)
        database.autocommit = True  # BEGIN and COMMIT are written out
        return database

    def _end_prepared(self, cursor: PostgresCursor) -> None:
        cursor.execute(statement("prepared"), {"like": f"chaos {self._number} %"})
        for (name,) in cursor.fetchall():
            verb = self._random.choice(["COMMIT", "ROLLBACK"])
            cursor.execute(f"{verb} PREPARED %s", [name])

    def _write(self, database: PostgresConnection, cursor: PostgresCursor) -> None:
        if self._habit is Habit.TWO_PHASE:
            cursor.execute("SET rowcast.ring = 'off'")
        while not self._conduct.stop.is_set():
            now = self._conduct.tide()
            if self._is_resting(now):
                self._conduct.stop.wait(RETRY_SECONDS)
                continue
            relaxed = self._conduct.is_relaxed()
            planned = transaction(self._random, self._habit, now, self._conduct.rows, relaxed=relaxed)
            changes = self._transact(database, cursor, planned)
            self._conduct.rest(changes)
            if now is Tide.EBB:
                self._conduct.stop.wait(self._random.uniform(*EBB_SECONDS))

    def _is_resting(self, now: Tide) -> bool:
        return now is Tide.SLACK or (now is Tide.EBB and self._habit is Habit.BRISK and self._number > 0)

    def _transact(self, database: PostgresConnection, cursor: PostgresCursor, planned: Transaction) -> int:
        """The number of changes that were written. Raises psycopg2.Error where the connection is lost."""
        number = next(self._numbers)
        try:
            cursor.execute(f"BEGIN ISOLATION LEVEL {planned.isolation}")
            if not planned.is_synchronous:
                cursor.execute("SET LOCAL synchronous_commit = off")
            changes = sum(write(cursor, number, part) for part in planned.parts)
            self._end(cursor, number, planned, changes)
        except psycopg2.Error:
            if database.closed:
                self.tally.broken += 1
                raise
            self.tally.unknown.discard(number)
            self.tally.rolled_back += 1  # deadlocks, serialisation, lock_timeout
            cursor.execute("ROLLBACK")
            return 0
        return changes

    def _end(self, cursor: PostgresCursor, number: int, planned: Transaction, changes: int) -> None:
        """`unknown` holds it for as long as it may be committed without our knowing."""
        name = f"chaos {self._number} {number}"
        if planned.ending is not Ending.ROLLBACK and changes:
            self.tally.unknown.add(number)
        if planned.ending.is_prepared:
            cursor.execute("PREPARE TRANSACTION %s", [name])
        self._conduct.stop.wait(planned.open_seconds)
        cursor.execute(planned.ending.value, [name] if planned.ending.is_prepared else None)
        self.tally.unknown.discard(number)
        if planned.ending.is_kept:
            self.tally.keep(number, changes, is_durable=planned.is_synchronous or planned.ending.is_prepared)
        else:
            self.tally.rolled_back += 1
