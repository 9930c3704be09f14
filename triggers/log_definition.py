"""The change log as SQL text: what makes all of it, or what is missing, and what drops it.

Columns, leaves and index are a contract with the listener, told by the log's comment.
"""

from psycopg2 import sql
from psycopg2.extensions import connection as PostgresConnection  # noqa: N812 - it is a class

from triggers.log import (
    COMMENT_WORDS,
    INCARNATION,
    INDEX_NAMES,
    LEAF_NAMES,
    LOG,
    LOG_FORMAT,
    SEQUENCE,
    STATE,
)
from triggers.statements import statement

COMMENT = f"{COMMENT_WORDS}{LOG_FORMAT}"


def creation_sql(schema: str, connection: PostgresConnection) -> list[str]:
    """Statements that make every part which is not there, and change none that is."""
    names: dict[str, sql.Composable] = {
        "log": sql.Identifier(schema, LOG),
        "sequence": sql.Identifier(schema, SEQUENCE),
        "sequence_name": sql.Literal(sql.Identifier(schema, SEQUENCE).as_string(connection)),
        "state": sql.Identifier(schema, STATE),
        "incarnation": sql.Identifier(schema, INCARNATION),
        "comment": sql.Literal(COMMENT),
    }
    made = [sql.SQL(statement(f"log_{part}")).format(**names) for part in ("sequence", "table", "storage")]
    for number, (leaf, index) in enumerate(zip(LEAF_NAMES, INDEX_NAMES, strict=True)):
        of_leaf = {"leaf": sql.Identifier(schema, leaf), "index": sql.Identifier(index), "number": sql.Literal(number)}
        made += [sql.SQL(statement(f"log_{part}")).format(**names, **of_leaf) for part in ("leaf", "index")]
    others = ("state", "state_row", "incarnation", "comment")
    made += [sql.SQL(statement(f"log_{part}")).format(**names) for part in others]
    return [part.as_string(connection) for part in made]


def removal_sql(schema: str, connection: PostgresConnection) -> list[str]:
    """Statements that drop every part, with all that nobody has read."""
    tables = (sql.Identifier(schema, name) for name in (LOG, STATE, INCARNATION))
    dropped = [sql.SQL("DROP TABLE IF EXISTS {}").format(table) for table in tables]
    dropped.append(sql.SQL("DROP SEQUENCE IF EXISTS {}").format(sql.Identifier(schema, SEQUENCE)))
    return [part.as_string(connection) for part in dropped]
