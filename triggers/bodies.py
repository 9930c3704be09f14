"""The body of a table's function: what it tells, as PL/pgSQL, from one template.

What a body names, a migration may rename or drop before the hook runs: no write fails for that.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg2 import sql

from triggers.facts import PARTITIONED, Operation, Table
from triggers.settings import WARN, TriggersSettings
from triggers.statements import statement
from triggers.tellings import Hop, Telling
from triggers.watches import PROJECT_COLUMN, Watch

NOTIFY_BYTES_BELOW = 8000
"""PostgreSQL aborts the writer at a longer text (manual, "NOTIFY")."""

TRIAL = "rowcast.trial"
"""While this setting of PostgreSQL's is on, no error is passed over: migrate tries a function out."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One operation on one table: what a function is for."""

    operation: Operation
    table: Table
    tellings: Sequence[Telling]
    tables: Mapping[str, Table]
    """`db_table`, as a model declares it → the table in this database: those that routes lead over."""
    counter: str
    """The sequence that counts what was not told, qualified and quoted."""

    @property
    def may_fail(self) -> bool:
        """Whether it does more than to remember."""
        return self.operation not in {Operation.START, Operation.MOVE}

    def departed(self, watch: Watch) -> sql.Composable:
        """PostgreSQL's setting that remembers, within a statement, one row that left a partition of this root.

        A statement that a trigger runs meanwhile has another depth, and a setting of its own.
        """
        root = f"{self.table.root or self.table.name}.{watch.model_name}"
        name = sql.Literal(f"rowcast.departed_{digest(self.table.home, root)}_")
        return sql.SQL("({} || pg_trigger_depth())").format(name)

    @property
    def told(self) -> list[Telling]:
        """What it tells, in the order of the tellings."""
        return [it for it in self.tellings if self.operation in it.operations]

    @property
    def looks_up(self) -> bool:
        """Whether rows of other tables must be found."""
        return self.operation is not Operation.TRUNCATE and any(it.route for it in self.told)


def body(occasion: Occasion, settings: TriggersSettings) -> sql.Composed:
    """Everything that this operation tells, and what happens if it can't."""
    told = [_telling(occasion, it, settings) for it in occasion.told]
    return sql.SQL(statement("body")).format(
        tellings=sql.SQL("\n    ").join(told),
        on_error=_on_error(occasion) if settings.on_error == WARN and occasion.may_fail else sql.SQL(""),
    )


def digest(schema: str, name: str) -> str:
    """Stands for a table in names that may not be long."""
    return hashlib.sha256(f"{schema}.{name}".encode()).hexdigest()[:16]


def _telling(occasion: Occasion, telling: Telling, settings: TriggersSettings) -> sql.Composed:
    opening = _opening(telling.status(occasion.operation), telling.watch)
    common: dict[str, sql.Composable] = {
        "channel": sql.Literal(settings.channel),
        "guarded_message": _guarded(opening),
        "keyless_message": sql.Literal(opening + "null}"),
        "remedy": sql.Literal(_remedy(occasion.table)),
        "gone": _gone(telling.watch),
    }
    if occasion.operation is Operation.TRUNCATE:
        return sql.SQL(statement("tell_model")).format(**common)
    if telling.route:
        return _related_rows(occasion, telling, opening, common)
    return _own_rows(occasion, telling.watch, opening, common)


def _own_rows(occasion: Occasion, watch: Watch, opening: str, common: Mapping[str, sql.Composable]) -> sql.Composed:
    operation, table = occasion.operation, occasion.table
    message = _message(opening, watch, table)
    if operation is Operation.UPDATE and table.kind == PARTITIONED:
        return _rows_of_partitions(occasion, watch, {"message": message, **common})
    template = {
        Operation.UPDATE: "tell_changed_rows",
        Operation.START: "forget_departed",
        Operation.MOVE: "remember_departed",
    }.get(operation, "tell_rows")
    return sql.SQL(statement(template)).format(
        message=message,
        rows=sql.Identifier(operation.new_rows or "old_rows"),
        departed=occasion.departed(watch),
        **common,
    )


def _rows_of_partitions(occasion: Occasion, watch: Watch, common: Mapping[str, sql.Composable]) -> sql.Composed:
    """An UPDATE or MERGE that may have moved rows."""
    deletion = _message(_opening(Operation.DELETE.status, watch), watch, occasion.table)
    return sql.SQL(statement("tell_changed_rows_of_partitions")).format(
        by_position=sql.SQL(statement("tell_changed_rows")).format(**common),
        by_key=sql.SQL(statement("tell_changed_rows_by_key")).format(message_of_deletion=deletion, **common),
        departed=occasion.departed(watch),
        moved_message=_message(_opening(Operation.MOVE.status, watch), watch, occasion.table),
        resync=sql.Literal(_opening(Operation.TRUNCATE.status, watch) + "null}"),
        **common,
    )


def _related_rows(
    occasion: Occasion, telling: Telling, opening: str, common: Mapping[str, sql.Composable]
) -> sql.Composed:
    operation, (*hops, arrival) = occasion.operation, telling.route
    model_table = occasion.tables[arrival.db_table]
    keys = "keys_of_changed_rows" if operation is Operation.UPDATE else "keys_of_rows"
    return sql.SQL(statement("tell_related_rows")).format(
        message=_message(opening, telling.watch, model_table),
        model_table=sql.Identifier(model_table.schema, model_table.name),
        arrives=sql.SQL("changed.{} = {}").format(sql.Identifier(arrival.match), _reached(hops, occasion.tables)),
        keys=sql.SQL(statement(keys)).format(
            start=sql.Identifier(telling.start), rows=sql.Identifier(operation.new_rows or "old_rows")
        ),
        **common,
    )


def _reached(hops: Sequence[Hop], tables: Mapping[str, Table]) -> sql.Composable:
    """The value, or any of the values, that these hops lead to from `keys.key`."""
    if not hops:
        return sql.SQL("keys.key")
    *before, last = hops
    return sql.SQL("ANY (ARRAY(SELECT hop.{reach} FROM {table} AS hop WHERE hop.{match} = {before}))").format(
        reach=sql.Identifier(last.reach),
        table=sql.Identifier(tables[last.db_table].schema, tables[last.db_table].name),
        match=sql.Identifier(last.match),
        before=_reached(before, tables),
    )


def _opening(status: str, watch: Watch) -> str:
    return json.dumps({"status": status, "model": watch.model_name})[:-1] + ', "uuid": '


def _message(opening: str, watch: Watch, table: Table) -> sql.Composable:
    """Rodan's message as an SQL expression over a row called `changed`; its keys in Rodan's order."""
    key = _column(watch.key_column)
    if table.columns.get(watch.key_column) == "uuid":
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


def _remedy(table: Table) -> str:
    """Stands in the statement, as a condition that is always true, and PostgreSQL shows it as its error's context."""
    return (
        f"Rowcast tells of {table} here: while this fails, so does every write to it."
        ' Put right what the error says; or set TRIGGERS["ON_ERROR"] = "warn" and migrate, and writes go on untold.'
    )


def _on_error(occasion: Occasion) -> sql.Composed:
    return sql.SQL(statement("warn_on_error")).format(
        trial=sql.Literal(TRIAL),
        table=sql.Literal(str(occasion.table)),
        hint=sql.Literal("manage.py triggers list counts them. Pages that show this table may be out of date."),
        counter=sql.Literal(occasion.counter),
    )
