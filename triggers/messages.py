"""Rodan's message of a changed row, as SQL text. The row is called `changed`; what it lacks is looked for in `gone`.

What a message names, a migration may rename or drop before the hook runs: it is NULL then, and no write fails.
"""

import json
from collections.abc import Iterable, Mapping

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
    key = _text(watch.key_column)
    if is_uuid(watch, table):
        key = sql.SQL("replace({}, '-', '')").format(key)
    project = sql.SQL("to_json({})").format(_text(PROJECT_COLUMN))
    carried = {name: sql.SQL("to_json({})").format(_value(name)) for name in watch.carried(table.columns)}
    known = project if watch.tells_project(table.columns) else None
    return _message(begun, sql.SQL("to_json({})").format(key), known, carried)


def message_of_log_row(begun: str, watch: Watch, table: Table) -> sql.Composable:
    """The same, over what was written of a row into the log, called `first`."""
    names = [*([PROJECT_COLUMN] if watch.tells_project(table.columns) else []), *watch.carried(table.columns)]
    values = {name: sql.SQL("(first.carried -> {})").format(sql.Literal(name)) for name in names}
    project = values.get(PROJECT_COLUMN) if watch.tells_project(table.columns) else None
    carried = {name: values[name] for name in watch.carried(table.columns)}
    return _message(begun, sql.SQL("to_json(first.key)"), project, carried)


def _message(
    begun: str, key: sql.Composable, project: sql.Composable | None, carried: Mapping[str, sql.Composable]
) -> sql.Composable:
    """From JSON values. Where NOTIFY could not carry what travels along, the message goes without it."""
    short = [sql.Literal(begun), sql.SQL("{}::text").format(key)]
    if project is not None:
        short += [sql.Literal(', "project": '), _json(project)]
    if not carried:
        return _joined([*short, sql.Literal("}")])
    pairs = [
        sql.SQL("{} || {}").format(sql.Literal(json.dumps(it) + ": "), _json(value)) for it, value in carried.items()
    ]
    travelling = [sql.Literal(', "carried": {'), sql.SQL(" || ', ' || ").join(pairs), sql.Literal("}}")]
    return sql.SQL("CASE WHEN octet_length({long}) < {limit} THEN {long} ELSE {short} END").format(
        long=_joined([*short, *travelling]),
        short=_joined([*short, sql.Literal("}")]),
        limit=sql.Literal(NOTIFY_BYTES_BELOW),
    )


def _json(value: sql.Composable) -> sql.Composed:
    """On one line: a json column keeps the lines in which it was written."""
    return sql.SQL("coalesce(translate({}::text, E'\\n\\r', '  '), 'null')").format(value)


def _joined(parts: Iterable[sql.Composable]) -> sql.Composed:
    return sql.SQL(" || ").join(parts)


def keyless(begun: str) -> sql.Composable:
    """Look at every row again, it says."""
    return sql.Literal(begun + "null}")


def guarded(begun: str) -> sql.Composed:
    """The column `message`, or one without its key where that is gone or NOTIFY could not carry it."""
    return sql.SQL("CASE WHEN octet_length(message) < {limit} THEN message ELSE {keyless} END").format(
        limit=sql.Literal(NOTIFY_BYTES_BELOW), keyless=keyless(begun)
    )


def gone(watch: Watch, counted: Iterable[str] = ()) -> sql.Composed:
    """A row of NULLs called `gone`, with the columns that the message names, and those that count."""
    return sql.SQL("(SELECT {}) AS gone").format(nulls([watch.key_column, PROJECT_COLUMN, *watch.carry, *counted]))


def formerly_gone(watch: Watch, counted: Iterable[str] = ()) -> sql.Composed:
    """The same for a row as it was: what both lack differs, so that every row counts as changed."""
    return sql.SQL("(SELECT {}) AS gone").format(blanks(watch.key_column, [PROJECT_COLUMN, *watch.carry, *counted]))


def nulls(names: Iterable[str]) -> sql.Composed:
    """A NULL for each of these columns."""
    each = (sql.SQL("NULL::text AS {}").format(sql.Identifier(name)) for name in dict.fromkeys(names))
    return sql.SQL(", ").join(each)


def blanks(key_column: str, names: Iterable[str]) -> sql.Composed:
    """A NULL for the key, and an empty text for each of the others."""
    others = [name for name in dict.fromkeys(names) if name != key_column]
    each = [sql.SQL("''::text AS {}").format(sql.Identifier(name)) for name in others]
    return sql.SQL(", ").join([nulls([key_column]), *each])


def image(row: str, counted: Iterable[str] | None) -> sql.Composed:
    """What an UPDATE must change of a row with this alias to be told."""
    if counted is None:
        return sql.SQL("ROW({}.*)").format(sql.Identifier(row))
    names = sql.SQL(", ").join(sql.Identifier(name) for name in counted)
    return sql.SQL("(SELECT ROW({}) FROM (SELECT {}.*) AS told)").format(names, sql.Identifier(row))


def is_uuid(watch: Watch, table: Table) -> bool:
    """Whether the key is written as 32 hexadecimal digits."""
    return table.columns.get(watch.key_column) == "uuid"


def _text(name: str) -> sql.Composed:
    return sql.SQL("{}::text").format(_value(name))


def _value(name: str) -> sql.Composed:
    """A column of the row, or NULL once a migration has renamed or dropped it, until the hook has replaced this.

    The name stands alone, so it is looked for in the row first, then in `gone`, which has it always.
    """
    return sql.SQL("(SELECT {} FROM (SELECT changed.*) AS told)").format(sql.Identifier(name))
