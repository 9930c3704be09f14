"""A change log in a schema of its own, with a table whose changes it holds; and writers."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class
from psycopg2.extensions import parse_dsn

from ws.listener.database import Database

FOLDER = Path(__file__).parent
RINGS = "items"
"""The notification channel of the triggers."""


class ChangeLog:
    """Of one database; what uses it is closed, and it is dropped, at the end of the block."""

    def __init__(self, database_url: str) -> None:
        self.schema = f"log_{uuid4().hex}"
        self.arguments: dict[str, Any] = {**parse_dsn(database_url), "options": f"-c search_path={self.schema}"}
        self._opened: list[Connection | Database] = []

    def __enter__(self) -> Self:
        self.own = self.connect()
        """In autocommit."""
        self.ask(f"CREATE SCHEMA {self.schema}")
        for file in ("change_log.sql", "items.sql"):
            self.ask((FOLDER / file).read_text(encoding="utf-8"))
        for act in ("INSERT", "UPDATE"):
            self.ask(
                f"CREATE TRIGGER tell_{act} AFTER {act} ON item REFERENCING NEW TABLE AS new_rows"
                f" FOR EACH STATEMENT EXECUTE FUNCTION tell('{self.schema}.rowcast_log')"
            )
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        for opened in self._opened[1:]:
            opened.close()
        self.ask(f"DROP SCHEMA {self.schema} CASCADE")
        self.own.close()

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
