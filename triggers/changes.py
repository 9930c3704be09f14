"""What stands in the change log, to show to people and to tests. The listener reads it by itself."""

from dataclasses import dataclass
from datetime import datetime

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2 import sql

from triggers import catalog
from triggers.log import CANARY_MODEL, LOG
from triggers.settings import NOTIFY, load
from triggers.statements import statement


class MissingLogError(LookupError):
    """There is no change log to read; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class LoggedChanges:
    """One row of the log."""

    id: int
    at: datetime
    xid: str
    status: str
    model: str
    count: int
    """Of keys; 1 where it says: look at every row again."""
    first: str | None
    """Key, as the message writes it; None: unknown."""
    last: str | None
    carried: str | None
    """As JSON; of more than one key, an array."""


def newest(connection: BaseDatabaseWrapper, limit: int) -> list[LoggedChanges]:
    """The newest rows of the log, the newest last. Reads all of it. Raises MissingLogError."""
    question = sql.SQL(statement("log_newest")).format(
        log=log_name(connection), limit=sql.Literal(limit), canary=sql.Literal(CANARY_MODEL)
    )
    with connection.cursor() as cursor:
        cursor.execute(question)
        return [LoggedChanges(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class LogExtent:
    """How much stands in the log."""

    log: str
    """Its name."""
    size: int
    """In bytes, on disk, with its indexes."""
    seconds: float
    """The age of what the oldest transaction wrote; 0 where the log is empty."""


def extent(connection: BaseDatabaseWrapper) -> LogExtent:
    """Of this connection's log. Raises MissingLogError."""
    log = log_name(connection)
    name = log.as_string(connection.connection)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement("log_extent")).format(log=log, name=sql.Literal(name)))
        size, seconds = cursor.fetchone()
    return LogExtent(name, size, seconds or 0.0)


def log_name(connection: BaseDatabaseWrapper) -> sql.Identifier:
    """Where this connection's log is. Raises MissingLogError."""
    found = catalog.installed_log(connection)
    if LOG in found.parts:
        return sql.Identifier(found.schema, LOG)
    if load().delivery == NOTIFY:
        raise MissingLogError("There is no change log: TRIGGERS['DELIVERY'] is \"notify\", which writes none.")
    raise MissingLogError(
        f"There is no change log in the schema {found.schema}:"
        f" python manage.py migrate --database {connection.alias} makes it, where a table is watched."
    )
