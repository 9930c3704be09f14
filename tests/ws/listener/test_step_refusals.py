"""Who is not where Redis stands is refused, with a reason, and nothing is done."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import redis

from tests.ws.listener.conftest import MakeStep
from tests.ws.listener.steps import EPOCH, OTHER_EPOCH, PREFIX, RESYNC, everything, messages, streamed
from ws.listener.heads import Head, Source
from ws.listener.step import RefusedError, Step
from ws.wire.channels import Channel, cursor_key, head_key, stream_key
from ws.wire.message import numbered, seq_of


def refusal(call: object) -> tuple[str, str]:
    """Reason and culprit."""
    with pytest.raises(RefusedError) as refused:
        call()  # type: ignore[operator]
    return refused.value.reason, refused.value.culprit


def test_a_leader_that_comes_back_is_refused(
    step: Step, make_step: MakeStep, channel: Channel, server: redis.Redis
) -> None:
    """PROTOCOL.md, X1 and L3: it was stopped, another took over, and its batch was published."""
    batch, other = messages(3), make_step()
    other.load([channel])
    other.publish("one", "two", {channel: batch})
    assert refusal(lambda: step.publish("one", "two", {channel: batch})) == ("cursor", "two")
    assert streamed(server, channel) == numbered(batch, 1)


def test_a_leader_that_comes_back_does_not_move_the_cursor_back(
    step: Step, make_step: MakeStep, channel: Channel
) -> None:
    """Without messages no numbering tells the two apart."""
    other = make_step()
    other.load([channel])
    other.publish("one", "two", {})
    assert refusal(lambda: step.publish("one", "a part of it", {})) == ("cursor", "two")
    assert step.load([channel]).cursor == "two"


def test_of_two_leaders_with_one_cursor_the_one_that_begins_an_epoch_wins(
    step: Step, make_step: MakeStep, channel: Channel
) -> None:
    other = make_step()
    other.load([channel])
    other.begin("one", "one", {channel: OTHER_EPOCH}, {})
    assert refusal(lambda: step.publish("one", "two", {channel: messages(1)})) == ("head", channel)


def test_of_many_at_once_exactly_one_wins(
    make_step: MakeStep, step: Step, channel: Channel, server: redis.Redis
) -> None:
    step.publish("one", "0", {channel: []})
    leaders = [make_step() for _ in range(4)]

    def attempt(leader: Step, number: int) -> bool:
        leader.load([channel])
        try:
            leader.publish(str(number), str(number + 1), {channel: messages(2)})
        except RefusedError:
            return False
        return True

    with ThreadPoolExecutor(len(leaders)) as pool:
        for number in range(50):
            assert sum(pool.map(attempt, leaders, [number] * len(leaders))) == 1
    assert [seq_of(message) for message in streamed(server, channel)] == list(range(1, 101))


def test_a_numbering_that_moved_is_refused(step: Step, channel: Channel, server: redis.Redis) -> None:
    step.publish("one", "two", {channel: messages(3)})
    server.hset(head_key(PREFIX, channel), "seq", 4)
    assert refusal(lambda: step.publish("two", "three", {channel: messages(1)})) == ("head", channel)


@pytest.mark.parametrize("publishes", [True, False])
def test_a_stream_that_ends_elsewhere_is_refused_and_said_to_be_torn(
    step: Step, channel: Channel, server: redis.Redis, *, publishes: bool
) -> None:
    step.publish("one", "two", {channel: messages(3)})
    if publishes:
        server.xadd(stream_key(PREFIX, channel), {"messages": "another's"}, id="4-0")
    else:
        server.delete(stream_key(PREFIX, channel))
    assert refusal(lambda: step.publish("two", "three", {channel: messages(1)})) == ("head", channel)
    assert step.load([channel]).torn == {channel}
    step.begin("two", "three", {channel: OTHER_EPOCH}, {channel: [RESYNC]})
    assert not step.load([channel]).torn


def test_an_evicted_head_is_refused_and_not_held(step: Step, channel: Channel, server: redis.Redis) -> None:
    step.publish("one", "two", {channel: messages(3)})
    server.delete(head_key(PREFIX, channel))
    assert refusal(lambda: step.publish("two", "three", {channel: messages(1)})) == ("head", channel)
    held = step.load([channel])
    assert held.cursor == "two"
    assert not held.heads
    assert held.torn == {channel}


def test_an_evicted_cursor_is_refused_and_not_held(
    step: Step, channel: Channel, server: redis.Redis, source: Source
) -> None:
    server.delete(cursor_key(PREFIX, source.owner))
    assert refusal(lambda: step.publish("one", "two", {channel: messages(1)})) == ("cursor", "")
    assert step.load([channel]).cursor is None
    step.begin(None, "two", {channel: OTHER_EPOCH}, {})


def test_a_channel_of_unknown_numbering_is_refused(make_step: MakeStep, step: Step, channel: Channel) -> None:
    assert refusal(lambda: make_step().publish("one", "two", {channel: messages(1)})) == ("head", channel)
    step.publish("one", "two", {channel: messages(1)})


@pytest.mark.parametrize("expected", [None, "zero", ""])
def test_an_epoch_begins_only_at_the_stored_cursor(
    step: Step, channel: Channel, server: redis.Redis, expected: str | None
) -> None:
    before = everything(server, channel)
    assert refusal(lambda: step.begin(expected, "two", {channel: OTHER_EPOCH}, {})) == ("cursor", "one")
    assert everything(server, channel) == before


def test_a_first_epoch_begins_only_where_there_is_no_cursor(make_step: MakeStep, channel: Channel) -> None:
    begins = [make_step(), make_step()]
    for step in begins:
        step.load([channel])
    begins[0].begin(None, "one", {channel: EPOCH}, {})
    assert refusal(lambda: begins[1].begin(None, "one", {channel: OTHER_EPOCH}, {})) == ("cursor", "one")


@pytest.fixture
def another(source: Source) -> Source:
    """Another log of the same database."""
    return replace(source, log_oid=source.log_oid + 1)


@pytest.fixture(params=["another log", "another database", "another cluster"])
def copied(request: pytest.FixtureRequest, make_step: MakeStep, source: Source, another: Source) -> Step:
    """A copy of the database, with the same settings."""
    copies = {
        "another log": another,
        "another database": replace(source, database_oid=source.database_oid + 1),
        "another cluster": replace(source, system="7"),
    }
    return make_step(of=copies[request.param])


def test_another_database_is_refused_and_told_whose_the_channel_is(
    step: Step, copied: Step, channel: Channel, source: Source, server: redis.Redis
) -> None:
    """PROTOCOL.md, C6: a staging copy must not publish into production."""
    held = copied.load([channel])
    assert held.heads == {channel: Head(EPOCH, 0, source.owner)}
    before = everything(server, channel)
    assert refusal(lambda: copied.begin(held.cursor, "two", {channel: OTHER_EPOCH}, {})) == ("owner", source.owner)
    assert everything(server, channel) == before
    step.publish("one", "two", {channel: messages(1)})


def test_a_copy_of_the_whole_cluster_cannot_go_on_with_the_others_numbers(
    step: Step, make_step: MakeStep, channel: Channel, source: Source
) -> None:
    copied = make_step(of=replace(source, system="7"))
    copied.load([channel])
    assert refusal(lambda: copied.publish("one", "two", {channel: messages(1)})) == ("cursor", "")
    assert refusal(lambda: copied.publish("", "two", {channel: messages(1)})) == ("owner", source.owner)
    step.publish("one", "two", {channel: messages(1)})


def test_a_database_that_is_adopted_takes_the_channel_and_the_former_owner_is_refused(
    step: Step, copied: Step, channel: Channel
) -> None:
    held = copied.load([channel])
    copied.begin(held.cursor, "two", {channel: OTHER_EPOCH}, {channel: [RESYNC]}, adopt=True)
    copied.publish("two", "three", {channel: messages(1)})
    assert refusal(lambda: step.publish("one", "two", {channel: messages(1)})) == ("cursor", "")
    held = step.load([channel])
    assert held.cursor is None, "it goes with the channel"
    assert refusal(lambda: step.begin(held.cursor, "four", {channel: EPOCH}, {}))[0] == "owner"


@pytest.mark.usefixtures("step")
def test_only_the_owner_that_was_seen_is_replaced(make_step: MakeStep, channel: Channel, another: Source) -> None:
    late, adopting = make_step(of=replace(another, system="7")), make_step(of=another)
    late.load([channel])
    adopting.load([channel])
    adopting.begin(None, "two", {channel: OTHER_EPOCH}, {}, adopt=True)
    assert refusal(lambda: late.begin(None, "one", {channel: EPOCH}, {}, adopt=True)) == ("owner", another.owner)


@pytest.mark.parametrize("difference", [{"log_oid": 7}, {"database_oid": 7}, {"system": "7"}])
def test_two_logs_may_share_a_redis_with_a_channel_each(
    step: Step, make_step: MakeStep, channel: Channel, source: Source, difference: dict[str, Any]
) -> None:
    """PROTOCOL.md, D6: neither moves the other's cursor. Clusters that were set up alike have the same oids."""
    other, facility = make_step(of=replace(source, **difference)), Channel(f"{channel}-other")
    other.load([facility])
    other.begin(None, "two", {facility: EPOCH}, {})
    step.publish("one", "three", {channel: messages(1)})
    other.publish("two", "four", {facility: messages(1)})
