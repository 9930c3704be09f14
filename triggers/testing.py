"""For an application's tests: which changes a block of code would have told browsers of, once it is committed.

A TestCase never commits, so nothing is published; but its transaction sees what the triggers wrote into the change log.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg2 import sql

from triggers.changes import log_name
from triggers.statements import statement


class Change(NamedTuple):
    """One change of one row, in the words of its message."""

    status: str
    """`created`, `updated`, `deleted` or `resync`."""
    model: str
    """`shop.order`: the label of its app, and its name in lower case."""
    key: str | None
    """A UUID as 32 hexadecimal digits; None: look at every row again."""


@contextmanager
def captured_changes(using: str = DEFAULT_DB_ALIAS) -> Iterator[list[Change]]:
    """A list that holds, after the block, what the block wrote into the change log, in order.

    What it rolled back is not in it; what other sessions committed meanwhile is. Where the block raises, the list stays
    empty. Raises MissingLogError.
    """
    connection = connections[using]
    log = log_name(connection)
    captured: list[Change] = []
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement("log_last")).format(log=log))
        (last,) = cursor.fetchone()
    yield captured
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement("log_keys_since")).format(log=log, last=sql.Literal(last)))
        captured += [Change(*row) for row in cursor.fetchall()]
