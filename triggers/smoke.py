"""Statements of no row, which fire our triggers: a function that would fail every writer fails in migrate instead."""

from psycopg2 import sql

from triggers.facts import Definition, Operation


def statement_of_no_row(definition: Definition) -> sql.Composed | None:
    """A statement that fires this trigger and changes nothing; None where there is none."""
    table = sql.Identifier(definition.table.schema, definition.table.name)
    if definition.operation in {Operation.TRUNCATE, Operation.MOVE}:
        return None
    if definition.operation is Operation.DELETE:
        return sql.SQL("DELETE FROM {} WHERE false").format(table)
    if not definition.table.writable_columns:
        return None
    column = sql.Identifier(definition.table.writable_columns[0])
    if definition.operation in {Operation.UPDATE, Operation.START}:
        return sql.SQL("UPDATE {0} SET {1} = {1} WHERE false").format(table, column)
    return sql.SQL("INSERT INTO {0} ({1}) SELECT {1} FROM {0} WHERE false").format(table, column)
