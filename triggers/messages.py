"""Rodan's message of a changed row, as SQL text. The row is called `changed`; what it lacks is looked for in `gone`.

What a message names, a migration may rename or drop before the hook runs: it is NULL then, and no write fails.
"""

import json
from collections.abc import Iterable

from psycopg2 import sql

from triggers.facts import Table
from triggers.watches import PROJECT_COLUMN, Watch

NOTIFY_BYTES_BELOW = 8000
"""PostgreSQL aborts the writer at a longer text (manual, "NOTIFY")."""


def opening(status: str, watch: Watch) -> str:
    """Up to the key."""
    return json.dumps({"status": status, "model": watch.model_name})[:-1] + ', "uuid": '


def message(begun: str, watch: Watch, table: Table) -> sql.Composable:
    """Over a row called `changed`; its keys in Rodan's order."""
    key = _column(watch.key_column)
    if is_uuid(watch, table):
        key = sql.SQL("replace({}, '-', '')").format(key)
    parts = [sql.Literal(begun), sql.SQL("to_json({})::text").format(key)]
    if watch.tells_project(table.columns):
        project = sql.SQL("coalesce(to_json({})::text, 'null')").format(_column(PROJECT_COLUMN))
        parts += [sql.Literal(', "project": '), project]
    return sql.SQL(" || ").join([*parts, sql.Literal("}")])


def message_of_log_row(begun: str, watch: Watch, table: Table) -> sql.Composable:
    """The same, over what was written of a row into the log."""
    parts: list[sql.Composable] = [sql.Literal(begun), sql.SQL("to_json(rowcast.told_key)::text")]
    if watch.tells_project(table.columns):
        project = sql.SQL("coalesce((rowcast.told_carried -> {})::text, 'null')").format(sql.Literal(PROJECT_COLUMN))
        parts += [sql.Literal(', "project": '), project]
    return sql.SQL(" || ").join([*parts, sql.Literal("}")])


def keyless(begun: str) -> sql.Composable:
    """Look at every row again, it says."""
    return sql.Literal(begun + "null}")


def guarded(begun: str) -> sql.Composed:
    """The column `message`, or one without its key where that is gone or NOTIFY could not carry it."""
    return sql.SQL("CASE WHEN octet_length(message) < {limit} THEN message ELSE {keyless} END").format(
        limit=sql.Literal(NOTIFY_BYTES_BELOW), keyless=keyless(begun)
    )


def gone(watch: Watch) -> sql.Composed:
    """A row of NULLs called `gone`, with the columns that the message names."""
    return sql.SQL("(SELECT {}) AS gone").format(nulls([watch.key_column, PROJECT_COLUMN]))


def nulls(names: Iterable[str]) -> sql.Composed:
    """A NULL for each of these columns."""
    each = (sql.SQL("NULL::text AS {}").format(sql.Identifier(name)) for name in dict.fromkeys(names))
    return sql.SQL(", ").join(each)


def is_uuid(watch: Watch, table: Table) -> bool:
    """Whether the key is written as 32 hexadecimal digits."""
    return table.columns.get(watch.key_column) == "uuid"


def _column(name: str) -> sql.Composed:
    """A column of the row, or NULL once a migration has renamed or dropped it, until the hook has replaced this.

    The name stands alone, so it is looked for in the row first, then in `gone`, which has it always.
    """
    return sql.SQL("(SELECT {}::text FROM (SELECT changed.*) AS told)").format(sql.Identifier(name))
