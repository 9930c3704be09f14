"""Rows that leave a partition, which PostgreSQL does not show to the statement that moved them, as SQL text.

A trigger of each partition remembers one of them, the partitioned table's UPDATE asks for it, its beginning forgets.
"""

from psycopg2 import sql

from triggers.facts import Operation
from triggers.messages import gone, keyless, message, opening
from triggers.occasion import Occasion, digest
from triggers.statements import statement
from triggers.watches import Watch


def telling(occasion: Occasion, watch: Watch) -> sql.Composed:
    """What START and MOVE do for a watch."""
    template = "forget_departed" if occasion.operation is Operation.START else "remember_departed"
    return sql.SQL(statement(template)).format(
        departed=departed(occasion, watch),
        message=moved_message(occasion, watch),
        keyless_message=keyless(opening(Operation.MOVE.status, watch)),
        gone=gone(watch),
    )


def departed(occasion: Occasion, watch: Watch) -> sql.Composed:
    """PostgreSQL's setting that remembers, within a statement, one row that left a partition of this root.

    A statement that a trigger runs meanwhile has another depth, and a setting of its own.
    """
    table = occasion.table
    root = f"{table.root or table.name}.{watch.model_name}"
    name = sql.Literal(f"rowcast.departed_{digest(table.home, root)}_")
    return sql.SQL("({} || pg_trigger_depth())").format(name)


def moved_message(occasion: Occasion, watch: Watch) -> sql.Composable:
    """What is remembered of a row called `changed`."""
    return message(opening(Operation.MOVE.status, watch), watch, occasion.table)
