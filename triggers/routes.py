"""From a changed row to the rows of other tables that it is a part of, as SQL text."""

from collections.abc import Sequence

from psycopg2 import sql

from triggers.facts import Operation
from triggers.occasion import Occasion, Surroundings
from triggers.statements import statement
from triggers.tellings import Hop, Telling


def starting_keys(occasion: Occasion, telling: Telling) -> sql.Composed:
    """A query for the distinct values, as `key`, that the first hop looks for."""
    names = [sql.SQL("changed.{}").format(sql.Identifier(name)) for name in telling.counted or ()]
    image = sql.SQL("ROW({})").format(sql.SQL(", ").join(names) if names else sql.SQL("changed.*"))
    template = "keys_of_changed_rows" if occasion.operation is Operation.UPDATE else "keys_of_rows"
    return sql.SQL(statement(template)).format(
        start=sql.Identifier(telling.start), rows=sql.Identifier(occasion.rows), image=image
    )


def arrives(telling: Telling, surroundings: Surroundings) -> sql.Composed:
    """Whether a row of the model's table, called `changed`, is one that `keys.key` leads to."""
    *hops, arrival = telling.route
    reached = _reached(hops, surroundings)
    return sql.SQL("changed.{} = {}").format(sql.Identifier(arrival.match), reached)


def _reached(hops: Sequence[Hop], surroundings: Surroundings) -> sql.Composable:
    """The value, or any of the values, that these hops lead to from `keys.key`."""
    if not hops:
        return sql.SQL("keys.key")
    *before, last = hops
    table = surroundings.tables[last.db_table]
    return sql.SQL("ANY (ARRAY(SELECT hop.{reach} FROM {table} AS hop WHERE hop.{match} = {before}))").format(
        reach=sql.Identifier(last.reach),
        table=sql.Identifier(table.schema, table.name),
        match=sql.Identifier(last.match),
        before=_reached(before, surroundings),
    )
