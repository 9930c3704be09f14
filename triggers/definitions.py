"""The triggers that a watch asks for, as SQL text, from the watch, its table in the catalog and the settings."""

import hashlib
import json

from psycopg2 import sql
from psycopg2.extensions import connection as PostgresConnection  # noqa: N812 - it is a class

from triggers.facts import Definition, Operation, Table
from triggers.settings import TriggersSettings
from triggers.statements import statement
from triggers.watches import PROJECT_COLUMN, Watch

PREFIX = "rowcast_"
VERSION = "v1"
"""Suffix of the functions: an older listener and newer triggers must understand each other while a team upgrades."""

ORIGIN, ALWAYS = "O", "A"
"""Values of `pg_trigger.tgenabled`."""

NOTIFY_BYTES_BELOW = 8000
"""PostgreSQL aborts the writer at a longer text (manual, "NOTIFY")."""

FIXED_SEARCH_PATH = "search_path=pg_catalog, pg_temp"
NO_NESTED_LOOP = "enable_nestloop=off"
"""The plan is made for the first statement and kept: were that one row, an UPDATE of many would be quadratic."""


def definitions(
    watch: Watch, table: Table, settings: TriggersSettings, connection: PostgresConnection
) -> list[Definition]:
    """The triggers for one table, one per operation. The connection serves for quoting only."""
    return [_definition(operation, watch, table, settings, connection) for operation in Operation]


def function_name(table: Table, operation: Operation) -> str:
    """Short and the same for ever, whatever the table is called: PostgreSQL cuts names at 63 bytes."""
    digest = hashlib.sha256(f"{table.schema}.{table.name}".encode()).hexdigest()[:16]
    return f"{PREFIX}{operation.lower()}_{digest}_{VERSION}"


def _definition(
    operation: Operation,
    watch: Watch,
    table: Table,
    settings: TriggersSettings,
    connection: PostgresConnection,
) -> Definition:
    trigger, function = PREFIX + operation.lower(), function_name(table, operation)
    is_update = operation is Operation.UPDATE
    config = (FIXED_SEARCH_PATH, NO_NESTED_LOOP) if is_update else (FIXED_SEARCH_PATH,)
    body = _body(operation, watch, table, settings).as_string(connection)
    function_identifier = sql.Identifier(table.schema, function)
    function_sql = sql.SQL(statement("function")).format(
        function=function_identifier,
        options=sql.SQL("\n").join(sql.SQL(f"SET {option.replace('=', ' = ')}") for option in config),
        body=sql.Literal(body),
    )
    # A SECURITY DEFINER function is nobody's to call; firing it as a trigger asks for no such right.
    revoke_sql = sql.SQL("REVOKE EXECUTE ON FUNCTION {}() FROM PUBLIC").format(function_identifier)
    names = {"trigger": sql.Identifier(trigger), "table": sql.Identifier(table.schema, table.name)}
    trigger_sql = [
        sql.SQL(statement("trigger")).format(
            operation=sql.SQL(operation.value),
            references=_references(operation),
            function=function_identifier,
            **names,
        )
    ]
    if settings.enable_always:
        trigger_sql.append(sql.SQL(statement("enable_always")).format(**names))
    return Definition(
        table=table,
        operation=operation,
        trigger=trigger,
        function=function,
        body=body,
        config=config,
        enabled=ALWAYS if settings.enable_always else ORIGIN,
        function_sql=(function_sql.as_string(connection), revoke_sql.as_string(connection)),
        trigger_sql=tuple(part.as_string(connection) for part in trigger_sql),
    )


def _references(operation: Operation) -> sql.Composed:
    tables = {"OLD": operation.old_rows, "NEW": operation.new_rows}
    return sql.SQL(" ").join(
        sql.SQL(f"{age} TABLE AS {{}}").format(sql.Identifier(name)) for age, name in tables.items() if name
    )


def _body(operation: Operation, watch: Watch, table: Table, settings: TriggersSettings) -> sql.Composed:
    """The function's body, which tells of changed rows by NOTIFY."""
    template = "notify_changed_rows" if operation is Operation.UPDATE else "notify_rows"
    opening = json.dumps({"status": operation.status, "model": watch.model_name})[:-1] + ', "uuid": '
    return sql.SQL(statement(template)).format(
        channel=sql.Literal(settings.channel),
        message=_message(opening, watch, table),
        guarded_message=_guarded(opening),
        rows=sql.Identifier(operation.new_rows or "old_rows"),
        gone=_gone(watch),
    )


def _message(opening: str, watch: Watch, table: Table) -> sql.Composable:
    """Rodan's message as an SQL expression over a row called `changed`; its keys in Rodan's order."""
    key = _column(watch.key_column)
    if table.columns[watch.key_column] == "uuid":
        key = sql.SQL("replace({}, '-', '')").format(key)
    parts = [sql.Literal(opening), sql.SQL("to_json({})::text").format(key)]
    if watch.has_project and PROJECT_COLUMN in table.columns:
        project = sql.SQL("coalesce(to_json({})::text, 'null')").format(_column(PROJECT_COLUMN))
        parts += [sql.Literal(', "project": '), project]
    return sql.SQL(" || ").join([*parts, sql.Literal("}")])


def _column(name: str) -> sql.Composed:
    """A column of the row, or NULL once a migration has renamed or dropped it, until the hook has replaced this.

    The name stands alone, so it is looked for in the row first, then in `gone`, which has it always.
    """
    return sql.SQL("(SELECT {}::text FROM (SELECT changed.*) AS told)").format(sql.Identifier(name))


def _gone(watch: Watch) -> sql.Composed:
    """A row of NULLs called `gone`, with the columns that the message names."""
    names = dict.fromkeys([watch.key_column, PROJECT_COLUMN])
    columns = sql.SQL(", ").join(sql.SQL("NULL::text AS {}").format(sql.Identifier(name)) for name in names)
    return sql.SQL("(SELECT {}) AS gone").format(columns)


def _guarded(opening: str) -> sql.Composed:
    """The message, or one without its key where that is gone or NOTIFY could not carry it: look again, it says."""
    return sql.SQL("CASE WHEN octet_length(message) < {limit} THEN message ELSE {keyless} END").format(
        limit=sql.Literal(NOTIFY_BYTES_BELOW), keyless=sql.Literal(opening + "null}")
    )
