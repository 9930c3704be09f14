"""The log is kept within its bounds: leaves are emptied in turn, and no writer waits for it (PROTOCOL.md, C7)."""

import threading

import pytest

from tests.ws.listener.change_log import ChangeLog, ask
from tests.ws.listener.conftest import Heard, StartListener
from tests.ws.listener.reader import Reader
from tests.ws.observed import wait_until
from ws.listener import retention
from ws.listener.log_observations import LeafBusy, LeafEmptied, LogTrimmed
from ws.listener.observations import EpochBegan
from ws.listener.publication import TrimmedError
from ws.listener.retention import Limits, Retention

HOUR = Limits(retention_seconds=3600, bytes_at_most=2**40, seconds_at_most=86_400)
OLD, TOO_OLD = "2 hours", "2 days"


def tell(log: ChangeLog, key: str, leaf: int, age: str = "0 hours") -> None:
    log.tell(key, leaf=leaf)
    log.ask("UPDATE rowcast_log SET at = now() - %s::interval WHERE key = %s", age, key)


def rotate(reader: Reader, limits: Limits = HOUR) -> None:
    with reader.database.open_briefly() as session:
        Retention(limits, reader.observed).rotate(session, reader.database, reader.publication.known_cursor)


def test_what_was_read_and_is_old_is_emptied(log: ChangeLog, reader: Reader) -> None:
    tell(log, "old", 0, OLD)
    tell(log, "new", 1)
    reader.read()
    rotate(reader)
    assert log.keys() == ["new"]
    assert [emptied.leaf[-1] for emptied in reader.observed.of(LeafEmptied)] == ["0"]
    tell(log, "after", 0)
    reader.read()
    assert reader.told() == ["old", "new", "after"]


def test_what_nobody_has_read_stays(log: ChangeLog, reader: Reader) -> None:
    reader.read()
    tell(log, "old", 0, OLD)
    rotate(reader)
    reader.read()
    assert reader.told() == ["old"]


def test_what_is_committed_while_its_leaf_is_locked_stays(
    log: ChangeLog, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C7: looked at before the lock alone, the leaf is emptied with a row that nobody has read."""
    monkeypatch.setattr(retention, "LOCK_TIMEOUT", "20s")
    tell(log, "old", 0, OLD)
    reader.read()
    writer = log.begin()
    log.tell("late", of=writer)
    thread = threading.Thread(target=rotate, args=(reader,))
    thread.start()
    wait_until(lambda: log.ask("SELECT count(*) FROM pg_locks WHERE NOT granted")[0][0] > 0)
    ask(writer, "COMMIT")
    thread.join()
    reader.read()
    assert reader.told() == ["old", "late"]


def test_an_open_writer_is_not_waited_for(log: ChangeLog, reader: Reader) -> None:
    """C7: a lock that is waited for stops every other writer meanwhile."""
    tell(log, "old", 0, OLD)
    reader.read()
    writer = log.begin()
    log.tell("late", of=writer)
    rotate(reader)
    assert [busy.leaf[-1] for busy in reader.observed.of(LeafBusy)] == ["0"]
    assert log.keys() == ["old"]
    ask(writer, "COMMIT")
    reader.read()
    assert reader.told() == ["old", "late"]


def test_what_is_too_old_goes_unread_and_the_reader_begins_an_epoch(log: ChangeLog, reader: Reader) -> None:
    """C7: gone on with silently, clients would miss what was trimmed."""
    reader.read()
    tell(log, "too old", 0, TOO_OLD)
    rotate(reader)
    assert [trimmed.leaf[-1] for trimmed in reader.observed.of(LogTrimmed)] == ["0"]
    log.tell("after", leaf=1)
    with pytest.raises(TrimmedError):
        reader.read()
    reader.resume()
    assert "trimmed" in reader.reasons()[-1]
    log.tell("later", leaf=1)
    reader.read()
    assert reader.told() == ["later"]


def test_what_is_too_large_goes_unread(log: ChangeLog, reader: Reader) -> None:
    tell(log, "unread", 0)
    rotate(reader, Limits(3600, bytes_at_most=1, seconds_at_most=86_400))
    assert (log.keys(), log.ask("SELECT trimmed FROM rowcast_state")) == ([], [(1,)])


def test_a_window_that_is_trimmed_before_it_is_read_begins_an_epoch(
    log: ChangeLog, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ws.listener.batches.BATCH_MESSAGES", 2)
    for number in range(9):
        tell(log, str(number), 0, TOO_OLD)
    reader.die(0, 2)
    assert len(reader.told()) == 4
    rotate(reader)
    with pytest.raises(TrimmedError):
        reader.read()
    reader.resume()
    assert "trimmed" in reader.reasons()[-1]


def test_a_leader_keeps_the_log_within_its_bounds(
    log: ChangeLog, start_listener: StartListener, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "LONGEST_PAUSE_SECONDS", 0.1)
    listener = start_listener(limits=HOUR)
    tell(log, "old", 0, OLD)
    log.change(1)
    assert len(heard(2)) == 2
    log.ask("UPDATE rowcast_log SET at = now() - interval '2 hours'")
    listener.observed.wait_for(LeafEmptied)
    assert len(listener.observed.of(EpochBegan)) == 1
