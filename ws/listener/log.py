"""The change log, read: what is unread now, in one statement; a long window, in bounded parts.

What comes out was committed, is on disk, and was not trimmed meanwhile, or it is said (PROTOCOL.md, C1 to C4, C7).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import sleep
from typing import Any

from psycopg2 import sql

from ws.listener.cursor import Cursor
from ws.listener.record import Published
from ws.listener.rows import Row
from ws.listener.session import LONG_ANSWER_SECONDS, Session
from ws.listener.snapshots import Snapshot
from ws.listener.statements import statement

ROWS_AT_ONCE = 500
"""Of at most 500 keys each; where there are more, they are read in parts."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the log is."""

    schema: str
    log_oid: int
    leaves: Sequence[str]
    """Qualified and quoted."""

    def table(self, name: str) -> sql.Identifier:
        """One of the log's tables."""
        return sql.Identifier(self.schema, name)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a moment saw."""

    rows: Sequence[Row]
    seen: Snapshot
    lsn: str
    """Everything that it saw was written to the log of the server before this position."""
    is_on_disk: bool
    """Whether the server's log was on disk up to that position, a moment later."""
    trimmed: int
    """How often unread rows had been trimmed."""
    read_at: str
    """By the server's clock."""
    is_whole: bool
    """Whether there is nothing more."""

    @property
    def lag_seconds(self) -> float:
        """How long ago the first of the rows was written; 0 where there is none."""
        if not self.rows:
            return 0.0
        return (datetime.fromisoformat(self.read_at) - datetime.fromisoformat(self.rows[0].at)).total_seconds()


FLUSHED_WITHIN_SECONDS = (0.0005, 0.001, 0.002, 0.004)
"""After each look whether what was read is on disk. After the last it is flushed: its writers did not wait for that."""

PREPARED = {"running": "$1", "xmax": "$2", "limit": "$3"}


class Log:
    """Reads over one session, which is for nothing else.

    `is_prepared`: the statement that is asked most is planned once, for the session's life.
    """

    def __init__(
        self, session: Session, place: Place, *, is_prepared: bool = True, rows_at_once: int = ROWS_AT_ONCE
    ) -> None:
        self._session = session
        self._rows_at_once = rows_at_once
        self._place = place
        self._log = place.table("rowcast_log")
        self._is_prepared = is_prepared
        self._lock = session.quote(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(self._log))
        if is_prepared:
            rows = self._rows({name: sql.SQL(sign) for name, sign in PREPARED.items()})
            self._session.ask(sql.SQL("PREPARE rowcast_rows (xid8[], xid8, bigint) AS {}").format(rows))

    def unread(self, base: Snapshot, limit: int | None = None) -> Reading:
        """What this moment sees and the base did not, in the order of ids; at most so many rows.

        The leaves are locked before the moment: whoever trims them has committed by then, and `trimmed` tells it, or
        waits until they are read.
        """
        limit = self._rows_at_once if limit is None else limit
        running, xmax = f"'{{{','.join(map(str, base.running))}}}'::xid8[]", f"'{base.xmax}'::xid8"
        if self._is_prepared:
            rows_sql = f"EXECUTE rowcast_rows ({running}, {xmax}, {limit})"
        else:
            arguments = {"running": sql.SQL(running), "xmax": sql.SQL(xmax), "limit": sql.Literal(limit)}
            rows_sql = self._session.quote(self._rows(arguments))
        found = self._session.ask(f"{self._lock}; {rows_sql}", seconds=LONG_ANSWER_SECONDS)
        (_, trimmed, seen, lsn, is_on_disk, *_, read_at), *rows = found
        return Reading(
            [Row(*row) for row in rows],
            Snapshot.parse(seen),
            lsn,
            is_on_disk=is_on_disk == "true",
            trimmed=trimmed,
            read_at=read_at,
            is_whole=len(rows) < limit,
        )

    def trimmed(self, lsn: str) -> int:
        """How often unread rows were trimmed, asked after reading. Everything before `lsn` is on disk afterwards."""
        self.put_on_disk(lsn)
        ((trimmed,),) = self._ask("trimmed", state=self._place.table("rowcast_state"))
        return int(trimmed)

    def put_on_disk(self, lsn: str) -> None:
        """Wait until everything before this position is on disk, or see to it.

        A moment later it mostly is, by the writers' own commits: a flush of ours would make them wait for the disk.
        """
        for seconds in FLUSHED_WITHIN_SECONDS:
            if self._ask("is_on_disk", {"lsn": lsn})[0][0]:
                return
            sleep(seconds)
        self._ask("flush")

    def extent(self, base: Snapshot, seen: Snapshot) -> tuple[int, int | None]:
        """How many rows `seen` sees that the base did not, and the newest transaction among them."""
        extent = sql.SQL(statement("extent")).format(
            log=self._log,
            running=_array(base.running),
            xmax=sql.Literal(str(base.xmax)),
            seen_xmax=sql.Literal(str(seen.xmax)),
            seen_running=_array(seen.running),
        )
        ((rows, newest_xid),) = self._session.ask(extent, seconds=LONG_ANSWER_SECONDS)
        return rows, newest_xid

    def newest_xid(self, seen: Snapshot) -> int | None:
        """Of the log rows that this snapshot sees; None: there are none."""
        ((xid,),) = self._session.ask(
            sql.SQL(statement("newest_xid")).format(
                log=self._log, xmax=sql.Literal(str(seen.xmax)), running=_array(seen.running)
            ),
            seconds=LONG_ANSWER_SECONDS,
        )
        return None if xid is None else int(xid)

    @contextmanager
    def window(self, cursor: Cursor) -> Iterator[Callable[[int], Sequence[Row]]]:
        """The rest of an open window: a function that gives its next rows, at most so many, until there are none."""
        assert cursor.upper is not None, "there is no window"
        declare = sql.SQL(statement("window")).format(
            log=self._log,
            running=_array(cursor.base.running),
            xmax=sql.Literal(str(cursor.base.xmax)),
            upper_xmax=sql.Literal(str(cursor.upper.xmax)),
            upper_running=_array(cursor.upper.running),
            last_id=sql.Literal(cursor.last_id),
        )
        self._session.ask("BEGIN ISOLATION LEVEL READ COMMITTED")
        try:
            self._session.ask(declare, seconds=LONG_ANSWER_SECONDS)
            yield self._fetch
        finally:
            if not self._session.is_closed:
                self._session.ask("ROLLBACK")

    def stands(self, rows: Collection[Published]) -> bool:
        """Whether there are such rows, and all of them are still in the log."""
        found = self._ask("published", {"xids": [str(row.xid) for row in rows]}, log=self._log)
        return bool(rows) and {Published(*row) for row in found} >= set(rows)

    def position(self) -> tuple[Snapshot, str]:
        """This moment, and a position behind all that it sees."""
        ((seen, lsn),) = self._session.ask("SELECT pg_current_snapshot()::text, pg_current_wal_insert_lsn()::text")
        return Snapshot.parse(seen), lsn

    def look_up(self, question: str, parameters: Sequence[Any]) -> Mapping[str, str]:
        """What the answer's first column leads to in its second, both as text: the same moment's as what is read."""
        return {str(key): str(value) for key, value in self._session.ask(question, parameters)}

    def _rows(self, arguments: Mapping[str, sql.Composable]) -> sql.Composed:
        return sql.SQL(statement("rows")).format(log=self._log, state=self._place.table("rowcast_state"), **arguments)

    def _fetch(self, count: int) -> Sequence[Row]:
        fetch = sql.SQL("FETCH {} FROM rowcast_window").format(sql.Literal(count))
        return [Row(*row) for row in self._session.ask(fetch, seconds=LONG_ANSWER_SECONDS)]

    def _ask(self, name: str, parameters: Any = None, **names: sql.Composable) -> list[tuple[Any, ...]]:  # noqa: ANN401 - psycopg2's
        return self._session.ask(sql.SQL(statement(name)).format(**names), parameters)


def _array(xids: Iterable[int]) -> sql.Composable:
    return sql.Literal(f"{{{','.join(map(str, xids))}}}")
