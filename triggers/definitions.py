"""The triggers of a table, as SQL text, from what it tells, its place in the catalog and the settings."""

from collections.abc import Sequence

from psycopg2 import sql
from psycopg2.extensions import connection as PostgresConnection  # noqa: N812 - it is a class

from triggers.bodies import body
from triggers.facts import ORDINARY, PARTITIONED, Definition, Operation, Table
from triggers.occasion import Occasion, Surroundings, digest
from triggers.settings import NOTIFY, WARN, TriggersSettings
from triggers.statements import statement
from triggers.tellings import Telling

PREFIX = "rowcast_"
VERSION = "v1"
"""Suffix of the functions: an older listener and newer triggers must understand each other while a team upgrades."""

ORIGIN, ALWAYS = "O", "A"
"""Values of `pg_trigger.tgenabled`."""

FIXED_SEARCH_PATH = "search_path=pg_catalog, pg_temp"
NO_NESTED_LOOP = "enable_nestloop=off"
"""The plan is made for the first statement and kept: were that one row, an UPDATE of many would be quadratic."""
NO_SEQUENTIAL_SCAN = "enable_seqscan=off"
"""For tables that are looked up: a plan made while they are small would read them all, and it is kept."""
NO_JIT = "jit=off"
"""Each execution compiles anew what a plan costs that was made for a statement of many rows, and kept."""


def definitions(
    table: Table,
    tellings: Sequence[Telling],
    surroundings: Surroundings,
    settings: TriggersSettings,
    connection: PostgresConnection,
) -> list[Definition]:
    """The triggers for one table, one per operation that tells anything. The connection serves for quoting only."""
    counter = sql.Identifier(table.home, f"{PREFIX}untold_{_digest(table)}").as_string(connection)
    occasions = (Occasion(operation, table, tellings, surroundings, counter) for operation in Operation)
    return [_definition(it, settings, connection) for it in occasions if it.told and _is_wanted(it, settings)]


def function_name(table: Table, operation: Operation) -> str:
    """Short and the same for ever, whatever the table is called: PostgreSQL cuts names at 63 bytes."""
    return f"{PREFIX}{operation.lower()}_{_digest(table)}_{VERSION}"


def _digest(table: Table) -> str:
    return digest(table.schema, table.name)


def _is_wanted(occasion: Occasion, settings: TriggersSettings) -> bool:
    table = occasion.table
    return {
        Operation.TRUNCATE: settings.truncate,
        Operation.START: table.kind == PARTITIONED,
        Operation.MOVE: table.kind == ORDINARY and table.is_partition,
    }.get(occasion.operation, True)


def _definition(occasion: Occasion, settings: TriggersSettings, connection: PostgresConnection) -> Definition:
    table, operation = occasion.table, occasion.operation
    trigger, function = PREFIX + operation.lower(), function_name(table, operation)
    body_text, config = body(occasion, settings).as_string(connection), _config(occasion, settings)
    function_identifier = sql.Identifier(table.home, function)
    names = {"trigger": sql.Identifier(trigger), "table": sql.Identifier(table.schema, table.name)}
    trigger_sql = [
        sql.SQL(statement("trigger")).format(
            event=sql.SQL(operation.event),
            level=sql.SQL(operation.level),
            references=_references(operation),
            function=function_identifier,
            **names,
        )
    ]
    if settings.enable_always:
        trigger_sql.append(sql.SQL(statement("enable_always")).format(**names))
    counts = settings.on_error == WARN and occasion.may_fail
    function_sql = [
        *([_counter_sql(occasion, connection)] if counts else []),
        *_function_sql(function_identifier, body_text, config),
    ]
    return Definition(
        table=table,
        operation=operation,
        trigger=trigger,
        function=function,
        body=body_text,
        counter=occasion.counter if counts else "",
        config=config,
        enabled=ALWAYS if settings.enable_always else ORIGIN,
        function_sql=tuple(part.as_string(connection) for part in function_sql),
        trigger_sql=tuple(part.as_string(connection) for part in trigger_sql),
    )


def _config(occasion: Occasion, settings: TriggersSettings) -> tuple[str, ...]:
    """What the function sets for itself, in the order in which the catalog keeps it."""
    pairs_by_join = occasion.operation is Operation.UPDATE and (
        settings.delivery == NOTIFY or occasion.table.kind == PARTITIONED
    )
    return (
        FIXED_SEARCH_PATH,
        *((NO_NESTED_LOOP,) if pairs_by_join else ()),
        *((NO_SEQUENTIAL_SCAN,) if occasion.looks_up else ()),
        NO_JIT,
    )


def _function_sql(function: sql.Identifier, body_text: str, config: Sequence[str]) -> list[sql.Composed]:
    made = sql.SQL(statement("function")).format(
        function=function,
        options=sql.SQL("\n").join(sql.SQL(f"SET {option.replace('=', ' = ')}") for option in config),
        body=sql.Literal(body_text),
    )
    # A SECURITY DEFINER function is nobody's to call; firing it as a trigger asks for no such right.
    return [made, sql.SQL("REVOKE EXECUTE ON FUNCTION {}() FROM PUBLIC").format(function)]


def _counter_sql(occasion: Occasion, connection: PostgresConnection) -> sql.Composed:
    """Makes the counter where there is none: a count goes on however often triggers are made anew."""
    block = sql.SQL(statement("counter_block")).format(
        counter=sql.SQL(occasion.counter), counter_name=sql.Literal(occasion.counter)
    )
    return sql.SQL(statement("counter")).format(block=sql.Literal(block.as_string(connection)))


def _references(operation: Operation) -> sql.Composable:
    tables = {"OLD": operation.old_rows, "NEW": operation.new_rows}
    named = [sql.SQL(f"{age} TABLE AS {{}}").format(sql.Identifier(name)) for age, name in tables.items() if name]
    if not named:
        return sql.SQL("")
    return sql.SQL("REFERENCING {}\n").format(sql.SQL(" ").join(named))
