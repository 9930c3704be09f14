"""The atomic step on a real Redis: numbered, appended, published, kept, and the cursor moved."""

import redis

from tests.ws.listener.conftest import MakeStep, Subscriber
from tests.ws.listener.steps import EPOCH, OTHER_EPOCH, PREFIX, RESYNC, begin, entries, head_of, messages, streamed
from ws.listener.heads import Head, Source
from ws.listener.step import Step
from ws.wire.channels import Channel, lease_key, stream_key
from ws.wire.message import numbered, seq_of


def test_nothing_is_held_before_the_first_step(make_step: MakeStep, channel: Channel) -> None:
    held = make_step().load([channel])
    assert (held.cursor, held.redis, held.heads, held.torn) == (None, None, {}, frozenset())


def test_a_batch_is_published_in_its_order_with_its_numbers(
    step: Step, channel: Channel, subscriber: Subscriber
) -> None:
    batch, more = messages(3), messages(2)
    step.publish("one", "two", {channel: batch})
    step.publish("two", "three", {channel: more})
    assert subscriber.messages_until_now() == numbered([*batch, *more], 1)


def test_cursor_and_head_tell_how_far_it_went(
    step: Step, make_step: MakeStep, channel: Channel, source: Source
) -> None:
    step.publish("one", "two", {channel: messages(3)})
    held = make_step().load([channel])
    assert (held.cursor, held.heads) == ("two", {channel: Head(EPOCH, 3, source.owner)})
    assert held.redis == held.here
    assert not held.torn


def test_the_stream_has_chunks_of_at_most_500_named_by_their_last_seq(
    step: Step, channel: Channel, server: redis.Redis
) -> None:
    batch = messages(1203)
    step.publish("one", "two", {channel: batch})
    assert [name for name, _ in entries(server, channel)] == [b"500-0", b"1000-0", b"1203-0"]
    assert {fields[b"epoch"] for _, fields in entries(server, channel)} == {EPOCH.encode()}
    assert streamed(server, channel) == numbered(batch, 1)


def test_a_message_is_in_the_stream_when_it_is_heard(
    step: Step, channel: Channel, server: redis.Redis, subscriber: Subscriber
) -> None:
    for number in range(20):
        step.publish("one", "one", {channel: messages(1)})
        assert subscriber.messages(1) == streamed(server, channel)[number:]


def test_two_channels_are_numbered_each_for_itself(make_step: MakeStep, channel: Channel, server: redis.Redis) -> None:
    step, other = make_step(), Channel(f"{channel}-other")
    begin(step, channel, other)
    step.publish("one", "two", {channel: messages(3), other: messages(1)})
    step.publish("two", "three", {other: messages(2)})
    assert [seq_of(message) for message in streamed(server, channel)] == [1, 2, 3]
    assert [seq_of(message) for message in streamed(server, other)] == [1, 2, 3]


def test_the_stream_keeps_what_may_be_resumed_and_little_more(
    make_step: MakeStep, channel: Channel, server: redis.Redis
) -> None:
    step = make_step(resume_messages=1000)
    begin(step, channel)
    for _ in range(20):
        step.publish("one", "one", {channel: messages(250)})
    first = seq_of(streamed(server, channel)[0])
    assert first is not None
    assert 5000 - 1000 - 500 < first <= 5000 - 1000 + 1


def test_the_last_message_is_kept_for_a_while(step: Step, channel: Channel, server: redis.Redis) -> None:
    """Compatibility N9, S5."""
    batch = messages(2)
    step.publish("one", "two", {channel: batch})
    assert server.get(channel) == numbered(batch, 1)[-1]
    assert 0 < int(str(server.ttl(channel))) <= 60


def test_nothing_is_kept_without_an_expire_time(make_step: MakeStep, channel: Channel, server: redis.Redis) -> None:
    """Compatibility S5."""
    step = make_step(expire_seconds=-1)
    begin(step, channel)
    step.publish("one", "two", {channel: messages(2)})
    assert not server.exists(channel)


def test_a_batch_of_nothing_moves_the_cursor_alone(step: Step, channel: Channel, subscriber: Subscriber) -> None:
    step.publish("one", "two", {channel: []})
    step.publish("two", "three", {})
    assert subscriber.messages_until_now() == []
    assert step.load([channel]).cursor == "three"


def test_a_cursor_may_be_any_text(step: Step, channel: Channel) -> None:
    cursor = '{"base": "1:3:2", "ü": "\\u0000"}\n'
    step.publish("one", cursor, {channel: messages(1)})
    step.publish(cursor, "three", {channel: messages(1)})
    assert head_of(step, channel).seq == 2


def test_a_new_epoch_empties_the_stream_and_begins_with_its_announcements(
    step: Step, channel: Channel, server: redis.Redis, subscriber: Subscriber
) -> None:
    step.publish("one", "two", {channel: messages(3)})
    subscriber.messages(3)
    step.begin("two", "three", {channel: OTHER_EPOCH}, {channel: [RESYNC]})
    assert subscriber.messages_until_now() == streamed(server, channel) == numbered([RESYNC], 1)
    assert server.get(channel) == numbered([RESYNC], 1)[0]
    step.publish("three", "four", {channel: messages(1)})
    assert head_of(step, channel) == Head(OTHER_EPOCH, 2, head_of(step, channel).owner)


def test_a_new_epoch_without_announcements_keeps_no_message_of_the_old(
    step: Step, channel: Channel, server: redis.Redis
) -> None:
    step.publish("one", "two", {channel: messages(3)})
    step.begin("two", "three", {channel: OTHER_EPOCH}, {})
    assert not server.exists(channel)
    assert not server.exists(stream_key(PREFIX, channel))
    step.publish("three", "four", {channel: messages(1)})


def test_a_new_channel_leaves_the_others_their_epoch(step: Step, channel: Channel) -> None:
    step.publish("one", "two", {channel: messages(3)})
    other = Channel(f"{channel}-other")
    step.load([channel, other])
    step.begin("two", "two", {other: OTHER_EPOCH}, {})
    step.publish("two", "three", {channel: messages(1), other: messages(1)})
    heads = step.load([channel, other]).heads
    assert [(head.epoch, head.seq) for head in heads.values()] == [(EPOCH, 4), (OTHER_EPOCH, 1)]


def test_the_script_is_sent_again_where_redis_forgot_it(step: Step, channel: Channel, server: redis.Redis) -> None:
    step.publish("one", "two", {channel: messages(1)})
    server.script_flush()
    step.publish("two", "three", {channel: messages(1)})
    assert head_of(step, channel).seq == 2


def test_a_lease_is_held_for_ten_seconds(step: Step, server: redis.Redis, source: Source) -> None:
    assert step.lease() is None
    step.hold_lease("pid 12 moved at 34")
    assert step.lease() == "pid 12 moved at 34"
    assert 0 < int(str(server.pttl(lease_key(PREFIX, source.owner)))) <= 10_000
