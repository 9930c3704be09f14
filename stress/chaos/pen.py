"""Writes one part of a transaction, and its line in the ledger, over an open cursor."""

from collections.abc import Sequence
from io import StringIO

from psycopg2.extensions import cursor as PostgresCursor  # noqa: N812 - it is a class

from stress.chaos.changes import key, project
from stress.chaos.statements import statement
from stress.chaos.transactions import Savepoint, Statement, Verb

STATUSES = {Verb.INSERT: "created", Verb.COPY: "created", Verb.UPDATE: "updated", Verb.DELETE: "deleted"}
COPY = "COPY project_reservation (id, purpose, start, project_id) FROM STDIN"

Changed = Sequence[tuple[str, int]]
"""Keys, each with the number of its change."""


def write(cursor: PostgresCursor, transaction: int, part: Savepoint | Statement) -> int:
    """How many changes of it stay, if the transaction does. Raises psycopg2.Error."""
    if isinstance(part, Statement):
        return _write_statement(cursor, transaction, part)
    cursor.execute("SAVEPOINT chaos")
    changes = sum(_write_statement(cursor, transaction, written) for written in part.statements)
    if part.is_rolled_back:
        cursor.execute("ROLLBACK TO SAVEPOINT chaos")
        return 0
    cursor.execute("RELEASE SAVEPOINT chaos")
    return changes


def _write_statement(cursor: PostgresCursor, transaction: int, written: Statement) -> int:
    ids = [key(row) for row in written.rows]
    if written.is_counted and written.verb is not Verb.COPY:
        cursor.execute(statement(f"{written.verb.value}_counted"), {"transaction": transaction, "ids": ids})
        found = cursor.fetchone()
        return found[0] if found else 0
    changed = _change(cursor, written.verb, ids)
    if changed:
        names = {"transaction": transaction, "status": STATUSES[written.verb], **_columns(changed)}
        cursor.execute(statement("record"), names)
    return len(changed)


def _change(cursor: PostgresCursor, verb: Verb, ids: Sequence[str]) -> Changed:
    if verb in {Verb.INSERT, Verb.COPY}:
        return _make(cursor, verb, ids)
    cursor.execute(statement(verb.value), {"ids": ids})
    changed: Changed = cursor.fetchall()
    if changed and verb is Verb.DELETE:
        cursor.execute(statement("gone"), _columns(changed))
    return changed


def _make(cursor: PostgresCursor, verb: Verb, ids: Sequence[str]) -> Changed:
    cursor.execute(statement("back"), {"ids": ids})
    back: Changed = cursor.fetchall()
    if back and verb is Verb.INSERT:
        cursor.execute(statement("insert"), _columns(back))
    elif back:
        lines = "".join(f"{identity}\tchaos\tnow\t{project(number)}\n" for identity, number in back)
        cursor.copy_expert(COPY, StringIO(lines))
    return back


def _columns(changed: Changed) -> dict[str, Sequence[object]]:
    return {"ids": [identity for identity, _ in changed], "changes": [number for _, number in changed]}
