"""PostgreSQL crashes: transaction ids go back, and what was not on disk is gone; and it is restored from old disks."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.postgres_servers import FragilePostgres
from tests.ws.listener.change_log import ChangeLog
from tests.ws.listener.conftest import MakeReader
from tests.ws.listener.reader import Reader
from ws.listener.cursor import Cursor
from ws.listener.snapshots import Snapshot

FIRST = ["Redis holds no cursor of this log: it is new, or was emptied"]


@pytest.fixture
def log(fragile: FragilePostgres) -> Iterator[ChangeLog]:
    """On a server that may crash."""
    with ChangeLog(fragile.owner_url) as made:
        yield made


def use_up(log: ChangeLog, transactions: int) -> None:
    """Transaction ids of which nothing is on disk: a rollback flushes nothing."""
    for _ in range(transactions):
        log.ask("BEGIN; SELECT pg_current_xact_id(); ROLLBACK")


def xid_of(log: ChangeLog, key: str) -> int:
    return int(log.ask("SELECT xid::text::bigint FROM rowcast_log WHERE key = %s", key)[0][0])


def test_changes_that_get_used_up_transaction_ids_again_are_read(log: ChangeLog, fragile: FragilePostgres) -> None:
    """C3: with the snapshot as PostgreSQL gave it, the second change counts as read, and is lost."""
    log.tell("before")
    use_up(log, 20)
    reading = log.open_database().open_log().unread(Snapshot(0))
    cursor = Cursor(Snapshot(0)).read_at_once(reading.seen, reading.rows)
    fragile.crash()
    log.reconnect()
    log.tell("after")
    assert xid_of(log, "after") < reading.seen.xmax, "the crash gave no id out again"
    rows = log.open_database().open_log().unread(cursor.base).rows
    assert [row.key for row in rows] == ["after"]


def test_what_was_read_is_on_disk(log: ChangeLog, fragile: FragilePostgres, reader: Reader) -> None:
    """C4: published, taken back by the crash, and its transaction id given to another change, which is then lost."""
    log.tell("before")
    log.ask("SET synchronous_commit = off")
    log.tell("not waited for")
    reader.read()
    assert reader.told() == ["before", "not waited for"]
    fragile.crash()
    log.reconnect()
    assert log.keys() == ["before", "not waited for"]
    log.tell("after")
    reader.begin_anew()
    reader.read()
    assert reader.told() == ["before", "not waited for", "after"]


def test_what_was_read_in_a_window_is_on_disk(
    log: ChangeLog, fragile: FragilePostgres, make_reader: MakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C4."""
    monkeypatch.setattr("ws.listener.batches.BATCH_MESSAGES", 2)
    reader = make_reader()
    log.ask("SET synchronous_commit = off")
    for number in range(7):
        log.tell(str(number))
    reader.read()
    fragile.crash()
    log.reconnect()
    assert log.keys() == reader.told() == [str(number) for number in range(7)]


def test_what_was_never_on_disk_is_never_read(log: ChangeLog, fragile: FragilePostgres, reader: Reader) -> None:
    log.ask("SET synchronous_commit = off")
    log.tell("lost")
    fragile.crash()
    log.reconnect()
    reader.begin_anew()
    log.tell("after")
    reader.read()
    assert reader.told() == log.keys() == ["after"]


def test_a_clean_restart_keeps_the_incarnation_and_a_crash_takes_it(
    log: ChangeLog, fragile: FragilePostgres, reader: Reader
) -> None:
    """C5."""
    before = reader.database.identity()
    fragile.restart()
    log.reconnect()
    assert log.open_database().identity() == before
    fragile.crash()
    log.reconnect()
    after = log.open_database().identity()
    assert (after.system, after.timeline) == (before.system, before.timeline)
    assert after.incarnation != before.incarnation


@pytest.mark.parametrize("is_cold", [False, True])
def test_a_disk_that_is_restored_begins_an_epoch(
    tmp_path: Path,
    log: ChangeLog,
    fragile: FragilePostgres,
    reader: Reader,
    is_cold: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """C5: the same system and timeline, and transaction ids again that the cursor counts as read."""
    log.tell("in both")
    copy = fragile.snapshot(tmp_path / "copy", is_cold=is_cold)
    log.reconnect()
    log.tell("only told")
    reader.begin_anew()
    reader.read()
    with copy, closing(log.at(copy.owner_url)) as restored:
        restored.tell("not told")
        reader.follow(restored)
        assert "no longer in its log" in reader.reasons()[-1]
        restored.tell("after")
        reader.read()
        reader.close()
    assert reader.told() == ["after"]


def test_what_crashed_and_has_all_goes_on_in_its_epoch(
    log: ChangeLog, fragile: FragilePostgres, reader: Reader
) -> None:
    """C5: every client would refetch for nothing."""
    log.tell("before")
    reader.read()
    fragile.crash()
    log.reconnect()
    reader.begin_anew()
    assert reader.reasons() == FIRST
    assert reader.told() == ["before"]
