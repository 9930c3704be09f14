"""A change log in a schema of its own, with a table whose changes it holds; and writers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class
from psycopg2.extensions import parse_dsn

from tests.wire_cutter import WireCutter
from tests.ws.observed import wait_until
from triggers.log import ASLEEP_NAMESPACE
from triggers.log_definition import creation_sql
from ws.listener.database import Database

ITEMS = Path(__file__).with_name("items.sql")
RINGS = "items"
"""The notification channel of the triggers."""


class ChangeLog:
    """Of one database; what uses it is closed, and it is dropped, at the end of the block."""

    def __init__(self, database_url: str, schema: str = "") -> None:
        self.schema = schema or f"log_{uuid4().hex}"
        self.arguments: dict[str, Any] = {**parse_dsn(database_url), "options": f"-c search_path={self.schema}"}
        self._opened: list[Connection | Database] = []

    def __enter__(self) -> Self:
        self.reconnect()
        self.ask(f"CREATE SCHEMA {self.schema}")
        for statement in [*creation_sql(self.schema, self.own), ITEMS.read_text(encoding="utf-8")]:
            self.ask(statement)
        for act in ("INSERT", "UPDATE"):
            self.ask(
                f"CREATE TRIGGER tell_{act} AFTER {act} ON item REFERENCING NEW TABLE AS new_rows"
                f" FOR EACH STATEMENT EXECUTE FUNCTION tell('{self.schema}.rowcast_log')"
            )
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.reconnect()
        for (name,) in self.ask("SELECT gid FROM pg_prepared_xacts WHERE gid LIKE %s", f"{self.schema}%"):
            self.ask(f"ROLLBACK PREPARED '{name}'")
        self.ask(f"DROP SCHEMA {self.schema} CASCADE")
        self.close()

    def reconnect(self) -> None:
        """With a server that was away: all that was open is not any more."""
        self.close()
        self.own = self.connect()
        """In autocommit."""

    def close(self) -> None:
        while self._opened:
            self._opened.pop().close()

    def at(self, database_url: str) -> "ChangeLog":
        """The same on a copy of the server; `close` it."""
        copy = ChangeLog(database_url, self.schema)
        copy.reconnect()
        return copy

    def keys(self) -> list[str]:
        """Of all its rows, in their order."""
        return [key for (key,) in self.ask("SELECT key FROM rowcast_log ORDER BY id")]

    def connect(self, **arguments: Any) -> Connection:  # noqa: ANN401 - psycopg2's
        """Somebody else, in autocommit."""
        made: Connection = psycopg2.connect(**{**self.arguments, **arguments})
        made.autocommit = True
        self._opened.append(made)
        return made

    def begin(self, **arguments: Any) -> Connection:  # noqa: ANN401 - psycopg2's
        """Somebody else, in a transaction."""
        made = self.connect(**arguments)
        ask(made, "BEGIN")
        return made

    def open_database(self, meanwhile: Callable[[], None] = lambda: None, **arguments: Any) -> Database:  # noqa: ANN401
        """A listener's sessions."""
        made = Database({**self.arguments, **arguments}, meanwhile=meanwhile)
        self._opened.append(made)
        return made

    def ask(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        return ask(self.own, statement, *parameters)

    @property
    def oid(self) -> int:
        """Of the log's table, by which its locks are known."""
        return int(self.ask("SELECT 'rowcast_log'::regclass::oid::bigint")[0][0])

    @property
    def asleep(self) -> int:
        """The key of the advisory lock."""
        return ASLEEP_NAMESPACE << 32 | self.oid

    def holders(self, key: int) -> list[int]:
        """The pids of the sessions that hold one of our advisory locks."""
        statement = (
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = %s AND objid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return [pid for (pid,) in self.ask(statement, key >> 32, key & 0xFFFFFFFF)]

    @contextmanager
    def keeping_awake(self) -> Iterator[None]:
        """No listener falls asleep, and no writer rings: a shared ASLEEP lets their look pass."""
        holder = self.connect()
        ask(holder, "SELECT pg_advisory_lock_shared(%s)", self.asleep)
        yield
        ask(holder, "SELECT pg_advisory_unlock_all()")  # whose session is closed may hold it for a moment longer
        holder.close()

    def wait_until_asleep(self) -> None:
        """A listener holds ASLEEP: who changes something rings."""
        wait_until(lambda: bool(self.holders(self.asleep)))

    def listener_pids(self, name: str) -> list[int]:
        """Of the sessions of the leader of this name, in the order in which it opened them: for the locks, the log and
        the rings. Other listeners' may be ending still.
        """
        statement = "SELECT pid FROM pg_stat_activity WHERE application_name = %s ORDER BY backend_start"
        return [pid for (pid,) in self.ask(statement, name)]

    def through(self, wire: WireCutter) -> dict[str, Any]:
        """Arguments that lead over this wire."""
        where = parse_dsn(wire.url)
        return {"host": where["host"], "port": where["port"]}

    def wait_for_a_reading(self) -> None:
        """One that begins from here on."""
        ((now,),) = self.ask("SELECT clock_timestamp()")
        statement = (
            "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'rowcast listener %%'"
            " AND query LIKE '%%rowcast_rows%%' AND query_start > %s"
        )
        wait_until(lambda: len(self.ask(statement, now)) > 0)

    def change(self, *items: int, of: Connection | None = None) -> None:
        """Make these items, or change them, in one statement."""
        statement = (
            "INSERT INTO item (id) SELECT unnest(%s) ON CONFLICT (id) DO NOTHING RETURNING id",
            "UPDATE item SET n = n + 1 WHERE id = ANY (%s)",
        )
        if not ask(of or self.own, statement[0], list(items)):
            ask(of or self.own, statement[1], list(items))

    def tell(self, key: str | None, *, of: Connection | None = None, **columns: object) -> int:
        """Write a row of the log; its id."""
        values = {"leaf": 0, "status": "updated", "model": "shop.item", "key": key, **columns}
        statement = (
            f"INSERT INTO rowcast_log ({', '.join(values)}) VALUES ({', '.join('%s' for _ in values)}) RETURNING id"
        )
        return int(ask(of or self.own, statement, *values.values())[0][0])


def ask(connection: Connection, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    """The rows of the last of these statements."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return list(cursor.fetchall()) if cursor.description else []
