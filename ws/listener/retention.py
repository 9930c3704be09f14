"""Keeps the log within its bounds: leaves whose rows are old and read are emptied, in turn (PROTOCOL.md, C7).

Only the leader does it, by TRUNCATE under a lock that it does not wait for long: no writer waits for us. What nobody
has read is never emptied, but for the limits of the settings; then `trimmed` rises in the same transaction, and a
new epoch tells clients to refetch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import psycopg2
from psycopg2 import sql

from ws.listener.cursor import Cursor
from ws.listener.database import Database
from ws.listener.log_observations import LeafBusy, LeafEmptied, LogTrimmed
from ws.listener.session import Session
from ws.listener.snapshots import Snapshot
from ws.listener.statements import statement
from ws.observation import Observe

LOOKS_PER_RETENTION = 20
"""So often in the time for which rows are kept."""
LONGEST_PAUSE_SECONDS = 30.0
LOCK_TIMEOUT = "50ms"
NOTHING_SEEN = Snapshot(0)
"""While Redis has not told how far it is, everything counts as unread."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of the log."""

    retention_seconds: float
    """How long rows are kept that were read."""
    bytes_at_most: int
    seconds_at_most: float
    """How old unread rows may become."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One of the log's leaves, as it stands."""

    name: str
    """Qualified and quoted."""
    age_seconds: float | None
    """Of its newest row; None: it is empty."""
    size: int
    """In bytes, with its index."""
    is_unread: bool
    """Whether it holds a row that was not published."""


class Retention:
    """Of one log."""

    def __init__(self, limits: Limits, observe: Observe) -> None:
        self._limits = limits
        self._observe = observe
        self._pause_seconds = min(LONGEST_PAUSE_SECONDS, limits.retention_seconds / LOOKS_PER_RETENTION)
        self._look_at = monotonic() + self._pause_seconds

    def rotate_when_due(self, database: Database, cursor: Cursor | None) -> None:
        """Look at the leaves, if the last look was long enough ago. Raises psycopg2.Error when PostgreSQL is lost."""
        if monotonic() < self._look_at:
            return
        self._look_at = monotonic() + self._pause_seconds
        with database.open_briefly() as session:
            self.rotate(session, database, cursor)

    def rotate(self, session: Session, database: Database, cursor: Cursor | None) -> None:
        """Empty what may be emptied; without a cursor, only what must be."""
        base = NOTHING_SEEN if cursor is None else cursor.base
        for leaf in due([_look(session, name, base) for name in database.place.leaves], self._limits):
            try:
                emptied = _empty(session, database, leaf, base)
            except psycopg2.errors.LockNotAvailable:
                session.ask("ROLLBACK")
                self._observe(LeafBusy(leaf.name))
            else:
                if emptied:
                    self._observe((LogTrimmed if leaf.is_unread else LeafEmptied)(leaf.name, leaf.size))


def due(leaves: Sequence[Leaf], limits: Limits) -> list[Leaf]:
    """The leaves to empty: those that are read and old; and while the log is too old or too large, others. Pure.

    Of what makes the log too large, that which was read goes first, then the oldest.
    """
    filled = sorted((leaf for leaf in leaves if leaf.age_seconds is not None), key=_by_age)
    chosen = [leaf for leaf in filled if _age(leaf) > limits.seconds_at_most]
    chosen += [
        leaf for leaf in filled if leaf not in chosen and not leaf.is_unread and _age(leaf) > limits.retention_seconds
    ]
    rest = sorted((leaf for leaf in filled if leaf not in chosen), key=lambda leaf: leaf.is_unread)
    size = sum(leaf.size for leaf in rest)
    for leaf in rest:
        if size > limits.bytes_at_most:
            chosen.append(leaf)
            size -= leaf.size
    return chosen


def _age(leaf: Leaf) -> float:
    return leaf.age_seconds or 0.0


def _by_age(leaf: Leaf) -> float:
    return -_age(leaf)


def _look(session: Session, name: str, base: Snapshot) -> Leaf:
    ((age_seconds, size, is_unread),) = session.ask(
        sql.SQL(statement("leaves")).format(
            leaf=sql.SQL(name),
            name=sql.Literal(name),
            running=sql.Literal(f"{{{','.join(map(str, base.running))}}}"),
            xmax=sql.Literal(str(base.xmax)),
        )
    )
    return Leaf(name, age_seconds, size, is_unread)


def _empty(session: Session, database: Database, leaf: Leaf, base: Snapshot) -> bool:
    """Whether it was done: looked at anew under the lock, under which nobody has written to it and not ended.

    What nobody has read is emptied only where that was known before, and then `trimmed` rises.
    """
    session.ask(sql.SQL("BEGIN; SET LOCAL lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)))
    session.ask(sql.SQL("LOCK TABLE ONLY {} IN ACCESS EXCLUSIVE MODE").format(sql.SQL(leaf.name)))
    if not leaf.is_unread and _look(session, leaf.name, base).is_unread:
        session.ask("ROLLBACK")
        return False
    session.ask(sql.SQL("TRUNCATE ONLY {}").format(sql.SQL(leaf.name)))
    if leaf.is_unread:
        session.ask(sql.SQL("UPDATE {} SET trimmed = trimmed + 1").format(database.place.table("rowcast_state")))
    session.ask("COMMIT")
    return True
