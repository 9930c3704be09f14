"""What the database holds: tables, and our triggers on them. Reads catalogs only: it takes no lock that matters."""

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from triggers.facts import EarlierTrigger, InstalledLog, InstalledTrigger, Table
from triggers.log import LOG, PARTS
from triggers.statements import statement


def find_tables(connection: BaseDatabaseWrapper, db_table: str) -> list[Table]:
    """The table that Django means by `db_table`, and its partitions at every level; empty while it does not exist."""
    with connection.cursor() as cursor:
        cursor.execute(statement("tables"), {"name": connection.ops.quote_name(db_table)})
        return [Table(*row) for row in cursor.fetchall()]


def installed_triggers(connection: BaseDatabaseWrapper, table_oid: int | None = None) -> list[InstalledTrigger]:
    """Every trigger of ours in this database, or on one table, ordered by table and name."""
    with connection.cursor() as cursor:
        cursor.execute(statement("installed"), {"table": table_oid})
        return [InstalledTrigger(*row) for row in cursor.fetchall()]


def earlier_triggers(connection: BaseDatabaseWrapper, tables: Iterable[int]) -> list[EarlierTrigger]:
    """Other people's triggers on these tables, given by oid, that fire between a row's change and our telling of it."""
    with connection.cursor() as cursor:
        cursor.execute(statement("earlier_triggers"), {"tables": list(tables)})
        return [EarlierTrigger(*row) for row in cursor.fetchall()]


def installed_log(connection: BaseDatabaseWrapper) -> InstalledLog:
    """What there is of the change log where this connection makes tables."""
    with connection.cursor() as cursor:
        cursor.execute(statement("log_parts"), {"names": sorted(PARTS), "log": LOG})
        schema, parts, comment = cursor.fetchone()
    return InstalledLog(schema, frozenset(parts), comment)


def log_schemas(cursor: CursorWrapper) -> list[str]:
    """The schemas in which there is anything of a change log of ours."""
    cursor.execute(statement("log_schemas"), {"names": sorted(PARTS)})
    return [schema for (schema,) in cursor.fetchall()]


def log_users(cursor: CursorWrapper, log: str) -> list[str]:
    """The functions of ours that write to this log, which is named as they name it."""
    cursor.execute(statement("log_users"), {"log": log})
    return [function for (function,) in cursor.fetchall()]


def orphaned_functions(cursor: CursorWrapper) -> list[tuple[str, str]]:
    """Schema and name of each function of ours that no trigger calls."""
    cursor.execute(statement("orphans"))
    return [(schema, function) for schema, function in cursor.fetchall()]


def orphaned_counters(cursor: CursorWrapper) -> list[tuple[str, str]]:
    """Schema and name of each sequence of ours that no function of ours counts with."""
    cursor.execute(statement("orphaned_counters"))
    return [(schema, counter) for schema, counter in cursor.fetchall()]


def lock_holders(cursor: CursorWrapper, table_oid: int, tolerated: list[str]) -> list[int]:
    """The backends that hold this table in a mode other than the tolerated ones."""
    cursor.execute(statement("lock_holders"), {"oid": table_oid, "tolerated": tolerated})
    return [pid for (pid,) in cursor.fetchall()]
