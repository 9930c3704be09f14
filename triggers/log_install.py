"""Makes the change log where something is watched, before the triggers that write to it; drops it after them."""

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg2 import errors, sql

from triggers import catalog
from triggers.locks import in_turn, try_repeatedly
from triggers.log import LOG
from triggers.log_definition import removal_sql
from triggers.reconcile import LogStanding, State


class LogError(ValueError):
    """The change log could not be made or dropped; the message says why, and what to do."""


def make_log(connection: BaseDatabaseWrapper, standing: LogStanding, statements: list[str]) -> bool:
    """Make what is missing; whether anything was. Raises LogError."""
    if standing.state is State.OUTDATED:
        raise LogError(
            f"The change log {standing} has a format that this version of Rowcast does not write."
            " Migrate with the version that made it; or `manage.py triggers remove`, which drops it with all that was"
            " not published, and migrate."
        )
    if standing.state is not State.MISSING:
        return False
    try:
        with in_turn(connection), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    except DatabaseError as error:
        message = f"The change log {standing} could not be made: {str(error).strip()}"
        if isinstance(error.__cause__, errors.InsufficientPrivilege):
            message += f"\nMigrate as a role that may create tables in the schema {standing.schema}."
        raise LogError(message) from error
    return True


def drop_log(connection: BaseDatabaseWrapper, schema: str) -> bool:
    """Drop it with all that is in it, unless a function of ours writes to it; whether it is gone. Raises LogError."""
    connection.ensure_connection()
    name = sql.Identifier(schema, LOG).as_string(connection.connection)
    statements = removal_sql(schema, connection.connection)
    with connection.cursor() as cursor:
        if catalog.log_users(cursor, name):
            return False

    def drop(cursor: CursorWrapper) -> None:
        for statement in statements:
            cursor.execute(statement)

    if not try_repeatedly(connection, name, drop):
        raise LogError(f"The change log {name} is busy: it is left, and dropped by the next migrate.")
    return True
