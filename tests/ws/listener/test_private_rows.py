"""Rows that belong to users, from the log to their channels: each gets all of his, once and in order, or is told."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
import redis

from tests.ws.listener.change_log import ChangeLog
from tests.ws.listener.conftest import MakeReader
from tests.ws.listener.letters import Letters
from tests.ws.listener.steps import PREFIX
from ws.listener import batches
from ws.listener.message_observations import OwnerMissing
from ws.listener.observations import PassingAnnounced
from ws.listener.publication import TrimmedError
from ws.wire.channels import cursor_key


@pytest.fixture
def letters(log: ChangeLog, make_reader: MakeReader, server: redis.Redis) -> Letters:
    return Letters(log, make_reader, server)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """At most two messages to a batch."""
    with monkeypatch.context() as patch:
        patch.setattr(batches, "BATCH_MESSAGES", 2)
        yield


def test_each_is_told_of_his_rows_and_nobody_else_is(letters: Letters) -> None:
    letters.write("1", 5)
    letters.write("2", 6, 5, 6)
    letters.reader.read()
    assert letters.told("ann") == ["resync", "1", "2.1"]
    assert letters.told("bob") == ["resync", "2.0", "2.2"]
    assert letters.told_to_all() == []


def test_rows_of_nobody_and_of_who_is_gone_are_told_to_nobody_and_do_not_stop_the_others(letters: Letters) -> None:
    letters.write("1", None, 7, 5)
    letters.reader.read()
    assert letters.told("ann") == ["resync", "1.2"]
    assert [type(it) for it in letters.noted] == [OwnerMissing] * 2


@pytest.mark.usefixtures("few")
def test_wherever_the_listener_dies_each_row_is_told_once(letters: Letters) -> None:
    letters.reader.rows_at_once = 2
    letters.reader.begin_anew()
    for number in range(4):
        letters.write(f"{number}", 5, 6, 5)
    for steps in (0, 1, 2, 3):
        letters.reader.die(0, steps)
    letters.reader.read()
    assert letters.told("ann") == ["resync", *(f"{number}.{at}" for number in range(4) for at in (0, 2))]
    assert letters.told("bob") == ["resync", *(f"{number}.1" for number in range(4))]


def test_a_table_that_changed_as_a_whole_is_told_to_all_who_had_rows(letters: Letters, log: ChangeLog) -> None:
    letters.write("1", 5, 6)
    letters.reader.read()
    letters.write("2", 5)
    log.tell(None, status="resync")
    letters.write("3", 6)
    letters.reader.read()
    assert letters.told("ann") == ["resync"]
    assert letters.told("bob") == ["resync", "3"]
    assert letters.reader.observed.of(PassingAnnounced) == [PassingAnnounced("shop.item changed as a whole", 2)]


def test_a_new_epoch_is_told_to_all_who_had_rows(letters: Letters, server: redis.Redis) -> None:
    letters.write("1", 5)
    letters.reader.read()
    server.delete(cursor_key(PREFIX, letters.reader.publication.source.owner))
    letters.write("before the snapshot", 5)
    letters.reader.resume()
    letters.write("after", 5)
    letters.reader.read()
    assert letters.told("ann") == ["resync", "after"]
    assert letters.told("bob") == []


def test_rows_that_were_trimmed_are_told_to_all_who_had_rows(letters: Letters, log: ChangeLog) -> None:
    letters.write("1", 5)
    letters.reader.read()
    log.ask("UPDATE rowcast_state SET trimmed = trimmed + 1")
    with suppress(TrimmedError):
        letters.reader.read()
    letters.reader.resume()
    assert letters.told("ann") == ["resync"]


def test_a_listener_that_goes_on_leaves_the_channels_as_they_are(letters: Letters) -> None:
    letters.write("1", 5)
    letters.reader.read()
    letters.reader.begin_anew()
    letters.write("2", 5)
    letters.reader.read()
    assert letters.told("ann") == ["resync", "1", "2"]
