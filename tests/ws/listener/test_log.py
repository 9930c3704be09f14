"""The log of a real PostgreSQL, read: what is visible and was not read, each row once, however commits fall."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.ws.listener.change_log import ChangeLog, ask
from tests.ws.observed import wait_until
from ws.listener.cursor import Cursor, beginning
from ws.listener.log import Log, Reading
from ws.listener.record import Published
from ws.listener.rows import Row
from ws.listener.snapshots import Snapshot


@pytest.fixture
def reads(log: ChangeLog) -> Iterator[Log]:
    with log.open_database() as database:
        yield database.open_log()


def now(reads: Log) -> Snapshot:
    """All before this moment is read."""
    return beginning(reads.position()[0], None).base


def keys(rows: Sequence[Row]) -> list[str | None]:
    return [row.key for row in rows]


def read_on(reads: Log, base: Snapshot) -> tuple[Reading, Snapshot]:
    reading = reads.unread(base)
    return reading, Cursor(base).read_at_once(reading.seen, reading.rows).base


def test_what_was_read_is_not_read_again(log: ChangeLog, reads: Log) -> None:
    log.tell("a")
    log.tell("b")
    first, base = read_on(reads, Snapshot(0))
    log.tell("c")
    assert (keys(first.rows), keys(reads.unread(base).rows)) == (["a", "b"], ["c"])


def test_a_late_commit_with_a_lower_id_is_read(log: ChangeLog, reads: Log) -> None:
    """C1, PITFALLS 43: a cursor that is an id loses it."""
    late = log.begin()
    log.tell("late", of=late)
    log.tell("early")
    first, base = read_on(reads, Snapshot(0))
    ask(late, "COMMIT")
    second, base = read_on(reads, base)
    assert (keys(first.rows), keys(second.rows)) == (["early"], ["late"])
    assert reads.unread(base).rows == []


def test_rows_come_in_the_order_of_their_ids_not_of_transactions_nor_clocks(log: ChangeLog, reads: Log) -> None:
    """C1, PITFALLS 44, 63: the older transaction may change a row after the younger one has committed."""
    older = log.begin()
    log.tell("another row", of=older)
    log.tell("younger")
    log.tell("older", of=older, at="2001-01-01T00:00Z")
    ask(older, "COMMIT")
    assert keys(reads.unread(Snapshot(0)).rows) == ["another row", "younger", "older"]


def test_an_open_transaction_delays_nobody_else(log: ChangeLog, reads: Log) -> None:
    """PITFALLS 45, 46: nothing waits for the oldest one, and nothing is read twice for it."""
    for number in range(3):
        log.tell("open", of=log.begin())
        log.tell(str(number))
    reading, base = read_on(reads, Snapshot(0))
    log.tell("3")
    assert (keys(reading.rows), keys(reads.unread(base).rows)) == (["0", "1", "2"], ["3"])


def test_what_was_rolled_back_is_never_read(log: ChangeLog, reads: Log) -> None:
    """PITFALLS 37."""
    writer = log.begin()
    log.tell("kept", of=writer)
    ask(writer, "SAVEPOINT s")
    log.tell("taken back", of=writer)
    ask(writer, "ROLLBACK TO SAVEPOINT s")
    assert reads.unread(Snapshot(0)).rows == []
    ask(writer, "COMMIT")
    rolled_back = log.begin()
    log.tell("rolled back", of=rolled_back)
    ask(rolled_back, "ROLLBACK")
    assert keys(reads.unread(Snapshot(0)).rows) == ["kept"]


def test_a_reader_that_waited_for_a_trim_knows_of_it(log: ChangeLog, reads: Log) -> None:
    """C7: TRUNCATE empties a leaf for older snapshots too, and they see the number of before."""
    log.tell("trimmed")
    trims = log.begin()
    ask(trims, "UPDATE rowcast_state SET trimmed = trimmed + 1")
    ask(trims, "TRUNCATE rowcast_log_0")
    waiting = "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'rowcast_log_0'::regclass"
    with ThreadPoolExecutor() as pool:
        reading = pool.submit(reads.unread, Snapshot(0))
        wait_until(lambda: bool(log.ask(waiting)))
        ask(trims, "COMMIT")
        assert (reading.result().rows, reading.result().trimmed) == ([], 1)


def test_a_prepared_transaction_is_read_when_it_is_committed(log: ChangeLog, reads: Log) -> None:
    writer = log.begin()
    log.tell("prepared", of=writer)
    ask(writer, f"PREPARE TRANSACTION '{log.schema}'")
    first, base = read_on(reads, Snapshot(0))
    log.ask(f"COMMIT PREPARED '{log.schema}'")
    assert (keys(first.rows), keys(reads.unread(base).rows)) == ([], ["prepared"])


def test_a_reading_says_whether_there_is_more(log: ChangeLog) -> None:
    reads = log.open_database().open_log(rows_at_once=2)
    log.tell("a")
    assert reads.unread(Snapshot(0)).is_whole
    log.tell("b")
    assert not reads.unread(Snapshot(0)).is_whole


def test_a_reading_says_how_late_it_is(log: ChangeLog, reads: Log) -> None:
    base = now(reads)
    assert reads.unread(base).lag_seconds == 0.0
    log.ask("SELECT set_config('TimeZone', 'Asia/Kathmandu', false)")
    log.tell("a", at="2001-01-01 00:00:00")
    log.tell("b")
    assert reads.unread(base).lag_seconds > 20 * 365 * 86_400


def test_a_window_keeps_its_end_whatever_is_committed_meanwhile(log: ChangeLog, reads: Log) -> None:
    """C1: with a fresh snapshot for each part, a late commit before the last id is lost, or a row comes twice."""
    late = log.begin()
    log.tell("late", of=late)
    for number in range(4):
        log.tell(str(number))
    opened = open_window(reads)
    with reads.window(opened) as fetch:
        assert keys(fetch(2)) == ["0", "1"]
    ask(late, "COMMIT")
    log.tell("4")
    with reads.window(opened.advanced(last_id=fetch_id(log, "1"))) as fetch:
        assert keys(fetch(9)) == ["2", "3"]
    assert keys(reads.unread(opened.read_out().base).rows) == ["late", "4"]


def test_a_window_is_sorted_once(log: ChangeLog, reads: Log) -> None:
    """C2: asked part by part, 200,000 rows took eight times as long, and ever longer."""
    log.ask(
        "INSERT INTO rowcast_log (leaf, status, model, key)"
        " SELECT n % 4, 'updated', 'shop.item', n::text FROM generate_series(1, 2000) AS n"
    )
    opened, found = open_window(reads), list[Row]()
    with reads.window(opened) as fetch:
        before = looked_at(reads)
        while rows := fetch(10):
            found += rows
        assert looked_at(reads) - before == 2000
    assert keys(found) == [str(number) for number in range(1, 2001)]


def test_what_was_read_is_not_looked_at_again(log: ChangeLog, reads: Log) -> None:
    """C2: by the index of transactions; an open one makes nobody scan."""
    log.tell("open", of=log.begin())
    log.ask(
        "INSERT INTO rowcast_log (leaf, status, model, key)"
        " SELECT n % 4, 'updated', 'shop.item', n::text FROM generate_series(1, 2000) AS n"
    )
    base = open_window(reads).read_out().base
    log.tell("one more")
    reads._session.ask("BEGIN ISOLATION LEVEL READ COMMITTED")
    before = looked_at(reads)
    assert keys(reads.unread(base).rows) == ["one more"]
    assert looked_at(reads) - before <= 2


def test_rows_that_were_published_still_stand(log: ChangeLog, reads: Log) -> None:
    log.tell("a")
    log.tell("b")
    a, b = [Published(row.id, row.xid, row.at) for row in reads.unread(Snapshot(0)).rows]
    assert reads.stands([a, b])
    assert not reads.stands([])
    assert not reads.stands([a, b._replace(at=a.at)])
    log.ask("DELETE FROM rowcast_log WHERE key = 'a'")
    assert (reads.stands([b]), reads.stands([a, b])) == (True, False)


def open_window(reads: Log) -> Cursor:
    """Of all that is visible."""
    seen, _ = reads.position()
    return Cursor(Snapshot(0)).open(seen, reads.extent(Snapshot(0), seen)[1])


def fetch_id(log: ChangeLog, key: str) -> int:
    return int(log.ask("SELECT id FROM rowcast_log WHERE key = %s", key)[0][0])


def looked_at(reads: Log) -> int:
    """How many of the log's rows this session has looked at, counted on within a transaction."""
    statement = (
        "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_xact_user_tables"
        " WHERE relid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'rowcast_log'::regclass)"
    )
    return int(reads._session.ask(statement)[0][0])
