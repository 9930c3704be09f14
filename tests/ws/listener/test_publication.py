"""What a process has published, and how it goes on from what Redis holds."""

import json
from contextlib import suppress
from pathlib import Path
from shutil import copytree, rmtree

import pytest
import redis

from project.development.valkey import Valkey
from tests.wire_cutter import WireCutter
from tests.ws.listener.change_log import ChangeLog
from tests.ws.listener.conftest import Heard, MakeReader, StartListener
from tests.ws.listener.reader import Reader
from ws.listener import batches
from ws.listener.link import NotPublishedError, OutcomeUnknownError
from ws.listener.observations import RedisReplaced
from ws.listener.step import RefusedError
from ws.wire.message import seq_of


def test_an_epoch_begins_with_a_word_to_refetch(reader: Reader) -> None:
    (announced,) = map(json.loads, reader.streamed())
    assert (announced["status"], announced["model"], announced["uuid"], announced["seq"]) == ("resync", "item", None, 1)


def test_what_was_committed_before_the_first_epoch_is_not_told(log: ChangeLog, make_reader: MakeReader) -> None:
    log.tell("before")
    reader = make_reader()
    log.tell("after")
    reader.read()
    assert reader.told() == ["after"]


def test_who_begins_anew_goes_on_with_the_numbers(log: ChangeLog, reader: Reader) -> None:
    for number in range(3):
        log.tell(str(number))
        reader.read()
        reader.begin_anew()
    assert [seq_of(message) for message in reader.streamed()] == [1, 2, 3, 4]
    assert len(reader.reasons()) == 1


def test_a_window_of_which_only_the_end_was_not_stored_is_not_all(
    log: ChangeLog, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was left in it, which looked like nothing left at all: `--once` ended there."""
    monkeypatch.setattr(batches, "BATCH_MESSAGES", 2)
    for number in range(5):
        log.tell(str(number))
    reader.die(0, 3)
    log.tell("after")
    reader.read()
    assert reader.told() == ["0", "1", "2", "3", "4", "after"]


def test_what_is_committed_between_snapshot_and_announcement_is_told(
    log: ChangeLog, start_listener: StartListener, heard: Heard
) -> None:
    """C9: announced first, clients refetch before it, and the cursor begins after it."""
    start_listener(before_begin=lambda: log.change(1))
    assert heard(1) == ["created 1"]


def test_a_redis_that_restarted_with_all_of_it_goes_on(
    own_redis: Valkey, log: ChangeLog, make_reader: MakeReader
) -> None:
    """X2."""
    reader = make_reader(own_redis.url)
    log.tell("before")
    reader.read()
    own_redis.stop()
    own_redis.start()
    log.tell("after")
    lose_redis(reader)
    reader.read()
    assert reader.observed.of(RedisReplaced) == [RedisReplaced()]
    assert reader.told() == ["before", "after"]
    assert len(reader.reasons()) == 1


def test_a_redis_that_restarted_empty_begins_an_epoch(
    own_redis: Valkey, log: ChangeLog, make_reader: MakeReader
) -> None:
    reader = make_reader(own_redis.url)
    log.tell("before")
    reader.read()
    with redis.Redis.from_url(own_redis.url) as client:
        client.flushall()
    log.tell("after the loss")
    lose_redis(reader)
    log.tell("later")
    reader.read()
    assert "no cursor" in reader.reasons()[-1]
    assert reader.told() == ["later"]


def test_a_fresh_process_begins_an_epoch_where_redis_restarted(
    own_redis: Valkey, log: ChangeLog, make_reader: MakeReader
) -> None:
    """X2: it cannot know whether Redis has all."""
    reader = make_reader(own_redis.url)
    log.tell("before")
    reader.read()
    own_redis.stop()
    own_redis.start()
    reader.begin_anew()
    assert "not known" in reader.reasons()[-1]


def test_an_unanswered_batch_that_redis_forgot_begins_an_epoch(
    tmp_path: Path, own_redis: Valkey, log: ChangeLog, make_reader: MakeReader
) -> None:
    """X2: gateways heard it, and its numbers would be given to other messages."""
    with WireCutter(own_redis.url) as wire:
        reader = make_reader(wire.url)
        copytree(tmp_path / "valkey", tmp_path / "before")
        log.tell("heard")
        wire.cut_at_answer()
        with pytest.raises(OutcomeUnknownError):
            reader.read()
        assert reader.told() == ["heard"]
        own_redis.stop()
        rmtree(tmp_path / "valkey")
        copytree(tmp_path / "before", tmp_path / "valkey")
        own_redis.start()
        reader.resume()
        assert "whether it lost messages is not known" in reader.reasons()[-1]


def lose_redis(reader: Reader) -> None:
    """Meet it as it is now, and look at what it holds."""
    with suppress(NotPublishedError, OutcomeUnknownError, RefusedError):
        reader.read()
    reader.resume()
