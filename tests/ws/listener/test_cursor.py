"""The cursor against a small model of PostgreSQL: every committed row once, whatever commits, stops or crashes."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ws.listener.cursor import Cursor, beginning
from ws.listener.record import Identity, Record
from ws.listener.snapshots import Snapshot

NOWHERE = Identity("a system", 1, "an incarnation")


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    xid: int


@dataclass
class SmallPostgres:
    """Transactions that write rows; visible in the order of commits, numbered in the order of writes."""

    next_xid: int = 3
    next_id: int = 1
    running: dict[int, list[Row]] = field(default_factory=dict)
    committed: list[Row] = field(default_factory=list)

    def begin(self) -> int:
        self.running[self.next_xid] = []
        self.next_xid += 1
        return self.next_xid - 1

    def write(self, xid: int) -> None:
        self.running[xid].append(Row(self.next_id, xid))
        self.next_id += 1

    def commit(self, xid: int) -> None:
        self.committed += self.running.pop(xid)

    def crash(self) -> None:
        """What had not committed is gone, and so are the ids of transactions that left no trace on disk."""
        self.running.clear()
        self.next_xid = 1 + max((row.xid for row in self.committed), default=2)

    @property
    def snapshot(self) -> Snapshot:
        return Snapshot(self.next_xid, tuple(sorted(self.running)))

    def newest(self, seen: Snapshot) -> int | None:
        return max((row.xid for row in self.committed if seen.saw(row.xid)), default=None)


class Reader:
    """What the leader does, by the cursor alone; a batch takes at most so many rows."""

    def __init__(self, postgres: SmallPostgres) -> None:
        self.postgres = postgres
        self.cursor = beginning(postgres.snapshot, postgres.newest(postgres.snapshot))
        self.read: list[Row] = []

    def restart(self) -> None:
        self.cursor = Record.parse(str(Record(self.cursor, NOWHERE, 0))).cursor

    def step(self, most: int) -> None:
        if self.cursor.upper is None:
            seen = self.postgres.snapshot
            rows = self._unread(seen)
            if len(rows) <= most:
                self.read += rows
                self.cursor = self.cursor.read_at_once(seen, rows) if rows else self.cursor
                return
            self.cursor = self.cursor.open(seen, max(row.xid for row in rows))
        assert self.cursor.upper is not None
        rows = [row for row in self._unread(self.cursor.upper) if row.id > self.cursor.last_id][:most]
        self.read += rows
        self.cursor = self.cursor.advanced(rows[-1].id) if rows else self.cursor.read_out()

    def _unread(self, upper: Snapshot) -> list[Row]:
        rows = [row for row in self.postgres.committed if not self.cursor.base.saw(row.xid) and upper.saw(row.xid)]
        return sorted(rows, key=lambda row: row.id)


ACTS = st.tuples(
    st.sampled_from(["begin", "write", "write", "commit", "abort", "crash", "restart", "step", "step"]),
    st.integers(0, 9),
)


@settings(max_examples=300)
@given(st.lists(ACTS, max_size=60))
def test_every_committed_row_is_read_once(acts: list[tuple[str, int]]) -> None:
    postgres = SmallPostgres()
    reader = Reader(postgres)
    for act, number in acts:
        perform(act, number, postgres, reader)
    for xid in list(postgres.running):
        postgres.commit(xid)
    while reader.cursor.upper is not None or len(reader.read) < len(postgres.committed):
        before = (reader.cursor, len(reader.read))
        reader.step(3)
        assert (reader.cursor, len(reader.read)) != before, "a committed row is never read"
    assert sorted(row.id for row in reader.read) == sorted(row.id for row in postgres.committed)


def perform(act: str, number: int, postgres: SmallPostgres, reader: Reader) -> None:
    running = sorted(postgres.running)
    if act == "begin" or (act in {"write", "commit", "abort"} and not running):
        postgres.begin()
    elif act == "write":
        postgres.write(running[number % len(running)])
    elif act == "commit":
        postgres.commit(running[number % len(running)])
    elif act == "abort":
        postgres.running.pop(running[number % len(running)])
    elif act == "crash":
        postgres.crash()
    elif act == "restart":
        reader.restart()
    else:
        reader.step(1 + number % 4)


def test_a_late_commit_with_a_lower_id_is_in_the_next_window() -> None:
    cursor = beginning(Snapshot(10), None).read_at_once(Snapshot(13, (11,)), [Row(2, 12)])
    assert cursor == Cursor(Snapshot(13, (11,)))
    assert not cursor.base.saw(11)


def test_a_cut_batch_leaves_the_base_where_it_was() -> None:
    opened = Cursor(Snapshot(10)).open(Snapshot(20, (12,)), 19)
    assert opened.advanced(5, offset=2) == Cursor(Snapshot(10), Snapshot(20, (12,)), last_id=5, offset=2)
    assert opened.advanced(9).read_out() == Cursor(Snapshot(20, (12,)))


def test_what_left_no_row_in_the_log_is_not_counted_as_seen() -> None:
    """C3: PostgreSQL may give its id out again after a crash."""
    seen = Snapshot(30, (15, 25))
    assert Cursor(Snapshot(10)).read_at_once(seen, [Row(1, 20)]) == Cursor(Snapshot(21, (15,)))
    assert Cursor(Snapshot(10)).open(seen, 20).upper == Snapshot(21, (15,))
    assert beginning(seen, 20) == Cursor(Snapshot(21, (15,)))
    assert beginning(seen, None) == Cursor(Snapshot(0))


def test_the_base_never_goes_back() -> None:
    late = Cursor(Snapshot(21, (15,))).read_at_once(Snapshot(30), [Row(9, 15)])
    assert late == Cursor(Snapshot(21))


@pytest.mark.parametrize("act", [lambda c: c.advanced(1), lambda c: c.read_out()])
def test_only_a_window_is_read_in_parts(act: Callable[[Cursor], Cursor]) -> None:
    with pytest.raises(AssertionError):
        act(Cursor(Snapshot(10)))
