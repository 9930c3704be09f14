"""Changes rows while the crowd is there, and writes down what was committed. Runs in a thread of its own.

Its rows are projects with a name of their own, and none is left at the end, however it ends.
"""

import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import datetime
from uuid import uuid4

import psycopg2
from psycopg2.extensions import connection as PostgresConnection  # noqa: N812 - it is a class
from psycopg2.extras import execute_values

from stress.load.ledger import Group, group

PAUSE_SECONDS = 0.1
ROWS_AT_ONCE = 20
STATUS = "cancelled"
"""So that no simulator plans anything for these projects."""
CONNECT_SECONDS = 5
OPTIONS = "-c statement_timeout=10s -c lock_timeout=10s"


class Writer:
    """`committed` grows in the order of commits; `keys` are all that it ever used, also in what it rolled back."""

    def __init__(self, database_url: str, now: datetime) -> None:
        self._name = f"load test of {now:%Y-%m-%d %H:%M:%S}, {uuid4().hex}"
        self._url = database_url
        self._stop = threading.Event()
        self._database: PostgresConnection
        self.committed: list[Group] = []
        self.keys: set[str] = set()

    def stop(self) -> None:
        """After the round that it is in: at least one is made."""
        self._stop.set()

    def connect(self) -> None:
        """Raises psycopg2.Error for a database that is not there, or has not the reference site's tables."""
        database = psycopg2.connect(
            self._url, connect_timeout=CONNECT_SECONDS, application_name="rowcast load test", options=OPTIONS
        )
        self._database = database
        with database.cursor() as cursor:
            cursor.execute("SELECT FROM project_project LIMIT 0")
        database.rollback()

    def run(self) -> None:
        """After `connect`; until `stop`. Raises psycopg2.Error."""
        with closing(self._database) as database:
            try:
                self._round(database)
                while not self._stop.is_set():
                    self._round(database)
            finally:
                self._remove(database)

    def _round(self, database: PostgresConnection) -> None:
        """Each way of writing once; at its end the rows are gone."""
        one, two, never = (self._new_keys(1) for _ in range(3))
        many = self._new_keys(ROWS_AT_ONCE)
        self._transact(database, lambda: [self._insert(database, one)])
        self._transact(database, lambda: [self._update(database, one)])
        self._transact(database, lambda: [self._insert(database, many)])
        self._transact(database, lambda: [self._update(database, many)])
        self._transact(database, lambda: [self._insert(database, two), self._update(database, two + one)])
        self._insert(database, never)
        database.rollback()
        self._transact(database, lambda: [self._delete(database, one)])
        self._transact(database, lambda: [self._delete(database, two + many)])

    def _transact(self, database: PostgresConnection, statements: Callable[[], list[Group]]) -> None:
        groups = statements()
        database.commit()
        self.committed += groups
        self._stop.wait(PAUSE_SECONDS)

    def _insert(self, database: PostgresConnection, keys: list[str]) -> Group:
        with database.cursor() as cursor:
            rows = [(key, self._name, STATUS) for key in keys]
            statement = "INSERT INTO project_project (id, name, status) VALUES %s"
            execute_values(cursor, statement, rows, page_size=ROWS_AT_ONCE)
        return group("created", keys)

    def _update(self, database: PostgresConnection, keys: list[str]) -> Group:
        statement = "UPDATE project_project SET description = description || '.' WHERE id = ANY(%s::uuid[])"
        return group("updated", self._execute(database, statement, keys))

    def _delete(self, database: PostgresConnection, keys: list[str]) -> Group:
        return group("deleted", self._execute(database, "DELETE FROM project_project WHERE id = ANY(%s::uuid[])", keys))

    def _execute(self, database: PostgresConnection, statement: str, keys: list[str]) -> Iterable[str]:
        with database.cursor() as cursor:
            cursor.execute(statement, [keys])
        return keys

    def _new_keys(self, number: int) -> list[str]:
        made = [uuid4().hex for _ in range(number)]
        self.keys.update(made)
        return made

    def _remove(self, database: PostgresConnection) -> None:
        """What a round that failed has left."""
        if database.closed:
            return
        database.rollback()
        with database.cursor() as cursor:
            cursor.execute("DELETE FROM project_project WHERE name = %s", [self._name])
        database.commit()
