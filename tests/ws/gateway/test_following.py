"""What a channel's clients are told, whatever comes between what: each message once, in order, or that it is missed."""

import pytest

from tests.ws.gateway.modelled_redis import SKY, ModelledClient, World
from ws.gateway.observations import EpochChanged, HintMissed, HintsUnfounded, MessagesMissed, RedisRegained, Resumed
from ws.gateway.position import Position
from ws.gateway.question import CHUNKS_AT_ONCE
from ws.wire.codes import MISSED, RESTARTING


@pytest.fixture
def world() -> World:
    return World()


def seqs(client: ModelledClient) -> list[int]:
    return [position.seq for position in client.positions()]


def test_a_message_of_the_pipeline_comes_from_the_stream_once(world: World) -> None:
    client = world.joined()
    world.redis.begin_epoch(2)
    world.redis.append(3)
    world.settle()
    assert seqs(client) == [1, 2, 3, 4, 5]


def test_a_forged_message_is_dropped_and_counted_at_the_next_poll(world: World) -> None:
    """G5. Compatibility F7."""
    world.redis.append(1)
    client = world.joined()
    for _ in range(2):
        world.redis.publish(b'{"forged": true, "seq": 2}')
        world.settle()
    world.poll()
    assert seqs(client) == [1]
    assert world.observed.of(HintsUnfounded) == [HintsUnfounded(SKY, 2)]


def test_what_others_publish_comes_as_it_is(world: World) -> None:
    world.redis.append(1)
    client = world.joined()
    world.redis.publish(b"somebody's")
    world.settle()
    assert client.heard[1:] == [b"somebody's"]


def test_who_joins_is_told_the_newest_message_and_then_what_comes(world: World) -> None:
    world.redis.append(1)
    world.redis.append(3)
    client = world.joined()
    world.redis.append(2)
    world.settle()
    assert seqs(client) == [4, 5, 6]


def test_a_kept_message_that_the_stream_is_to_bring_comes_once(world: World) -> None:
    world.redis.append(1)
    first = world.joined()
    world.redis.append(1, is_published=False)
    second = world.joined()
    assert (seqs(first), seqs(second)) == ([1, 2], [2])
    assert world.observed.of(HintMissed) == [HintMissed(SKY, 1)]


def test_who_joins_in_mid_turn_hears_nothing_of_before_twice(world: World) -> None:
    """G2: what is about to go out to the others was there before the joiner."""
    world.redis.append(1)
    world.joined()
    world.redis.append(2)
    world.redis.settle()
    joiner = world.join()
    world.redis.append(1)
    world.settle()
    assert seqs(joiner) == [4]


def test_who_joins_while_the_stream_is_read_hears_no_message_twice(world: World) -> None:
    """G2."""
    world.redis.append(1)
    world.joined()
    world.redis.append(2)
    world.redis.deliver(2)
    world.redis.execute(1)
    joiner = world.join()
    world.settle()
    assert seqs(joiner) == [2, 3]


def test_the_first_heartbeat_comes_after_all_that_stood_in_redis(world: World) -> None:
    """As it does for what is published: the question's answer has its place behind it."""
    world.redis.append(1)
    world.joined()
    for is_published in (True, False):
        world.redis.append(2, is_published=is_published)
        joiner = world.joined()
        assert joiner.heard
        assert joiner.heard_before_beat == joiner.heard


def test_a_crowd_that_joins_in_one_turn_is_asked_for_once(world: World) -> None:
    world.redis.append(2)
    crowd = [world.join() for _ in range(100)]
    world.settle()
    assert world.redis.questions == 1
    assert {tuple(seqs(client)) for client in crowd} == {(1,)}
    assert all(client.heard_before_beat == client.heard for client in crowd)


def test_who_joins_later_is_asked_for_anew(world: World) -> None:
    world.redis.append(1)
    world.joined()
    world.redis.append(1)
    assert seqs(world.joined()) == [2]


def test_who_left_in_the_turn_of_joining_is_not_asked_for(world: World) -> None:
    world.join().leave()
    world.settle()
    assert world.redis.questions == 0


def test_a_kept_message_of_a_new_epoch_comes_once(world: World) -> None:
    world.redis.append(5)
    world.joined()
    world.redis.begin_epoch(1)
    joiner = world.joined()
    assert joiner.positions() == [Position(b"e2", 1)]


def test_a_missed_hint_is_found_by_the_poll(world: World) -> None:
    world.redis.append(1)
    client = world.joined()
    world.redis.append(3, is_published=False)
    world.poll()
    world.settle()
    assert seqs(client) == [1, 2, 3, 4]
    assert world.observed.of(HintMissed) == [HintMissed(SKY, 3)]


def test_a_poll_that_finds_what_is_being_told_of_counts_nothing(world: World) -> None:
    world.redis.append(1)
    world.joined()
    world.poll()
    world.redis.append(3)
    world.settle()
    assert world.observed.of(HintMissed) == []


def test_what_came_while_redis_was_away_comes_when_it_is_back(world: World) -> None:
    """PITFALLS 59, P9."""
    world.redis.append(1)
    client = world.joined()
    world.redis.lose()
    for _ in range(20):
        world.redis.append(2)
    world.redis.regain()
    world.settle()
    assert seqs(client) == list(range(1, 42))
    assert world.observed.of(RedisRegained) == [RedisRegained(0, 1)]
    assert world.observed.of(Resumed) == [Resumed(SKY, 40)]


def test_who_hears_no_pipeline_is_told_when_redis_is_back(world: World) -> None:
    client = world.joined()
    world.reconnect()
    assert client.close_reason == RESTARTING.reason
    assert world.observed.of(RedisRegained) == [RedisRegained(1, 0)]


def test_who_hears_others_too_is_told_when_redis_is_back(world: World) -> None:
    """No stream has what others published meanwhile."""
    world.redis.append(1)
    client = world.joined()
    world.redis.publish(b"somebody's")
    world.settle()
    world.reconnect()
    assert client.close_reason == RESTARTING.reason


def test_who_was_about_to_join_is_told_when_redis_is_back(world: World) -> None:
    world.redis.append(1)
    stays = world.joined()
    comes = world.join()
    world.reconnect()
    assert (stays.close_reason, comes.close_reason) == (None, RESTARTING.reason)


def test_a_redis_that_comes_back_empty_is_told(world: World) -> None:
    world.redis.append(1)
    client = world.joined()
    world.redis.flush()
    world.reconnect()
    assert client.close_reason == MISSED.reason
    assert world.observed.of(MessagesMissed) == [MessagesMissed(SKY, "the stream is gone", 1)]


def test_a_new_epoch_is_read_from_its_start_and_nobody_is_closed(world: World) -> None:
    """G3."""
    world.redis.append(9)
    client = world.joined()
    world.redis.lose()
    world.redis.go_back(3)
    world.redis.append(1)
    world.redis.regain()
    world.settle()
    assert client.positions()[-2:] == [Position(b"e2", 1), Position(b"e2", 2)]
    assert client.close_reason is None
    assert world.observed.of(EpochChanged) == [EpochChanged(SKY, b"e1", b"e2")]


def test_a_span_that_was_trimmed_is_told_and_who_returns_goes_on(world: World) -> None:
    world.redis.append(1)
    client = world.joined()
    world.redis.lose()
    world.redis.append(2)
    world.redis.append(1)
    world.redis.trim(2)
    world.redis.regain()
    world.settle()
    again = world.joined()
    world.redis.append(1)
    world.settle()
    assert (client.close_reason, seqs(client), seqs(again)) == (MISSED.reason, [1], [4, 5])


def test_who_left_before_the_answer_hears_nothing(world: World) -> None:
    world.redis.append(1)
    client = world.join()
    client.leave()
    world.settle()
    assert (client.heard, client.heard_before_beat) == ([], None)


def test_an_answer_to_those_who_left_is_nothing_to_those_who_return(world: World) -> None:
    """Else two would read one stream for the same clients."""
    world.redis.append(1)
    first = world.joined()
    for _ in range(CHUNKS_AT_ONCE + 1):
        world.redis.append(1)
    world.redis.deliver(1)
    world.redis.execute(1)
    first.leave()
    again = world.join()
    world.loop.turn()
    world.redis.deliver(CHUNKS_AT_ONCE + 1)
    world.redis.execute(3)
    world.redis.append(1)
    world.settle()
    assert seqs(again) == [CHUNKS_AT_ONCE + 2, CHUNKS_AT_ONCE + 3]
