"""What the database holds: tables, and our triggers on them. Reads catalogs only: it takes no lock that matters."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from triggers.facts import InstalledTrigger, Table
from triggers.statements import statement


def find_tables(connection: BaseDatabaseWrapper, db_table: str) -> list[Table]:
    """The table that Django means by `db_table`, and its partitions at every level; empty while it does not exist."""
    with connection.cursor() as cursor:
        cursor.execute(statement("tables"), {"name": connection.ops.quote_name(db_table)})
        return [Table(*row) for row in cursor.fetchall()]


def installed_triggers(connection: BaseDatabaseWrapper) -> list[InstalledTrigger]:
    """Every trigger of ours in this database, ordered by table and name."""
    with connection.cursor() as cursor:
        cursor.execute(statement("installed"))
        return [InstalledTrigger(*row) for row in cursor.fetchall()]


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
