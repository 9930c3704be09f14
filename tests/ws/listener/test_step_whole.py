"""A step is done as a whole or not at all, whatever stands in its way (PROTOCOL.md, X1: Lua is no transaction)."""

from collections.abc import Callable, Iterator

import pytest
import redis

from project.development.valkey import Valkey
from tests.redis_servers import RedisServers, ask
from tests.ws.listener.conftest import MakeStep, Subscriber
from tests.ws.listener.steps import OTHER_EPOCH, PREFIX, RESYNC, begin, everything, messages
from ws.listener.heads import BATCH_BYTES_AT_MOST, Source
from ws.listener.link import NotPublishedError
from ws.listener.step import RefusedError, Step
from ws.wire.channels import Channel, cursor_key, head_key, stream_key


@pytest.fixture
def second(channel: Channel) -> Channel:
    return Channel(f"{channel}-second")


@pytest.fixture
def pair(make_step: MakeStep, channel: Channel, second: Channel) -> Step:
    """A step with two channels."""
    step = make_step()
    begin(step, channel, second)
    return step


@pytest.fixture(params=["stream", "head", "cursor"])
def mistyped(
    request: pytest.FixtureRequest, pair: Step, second: Channel, source: Source, server: redis.Redis
) -> tuple[Step, str]:
    """A step, and a key of its last channel, or its cursor, that became a list."""
    names = {
        "head": head_key(PREFIX, second),
        "stream": stream_key(PREFIX, second),
        "cursor": cursor_key(PREFIX, source.owner),
    }
    key = names[request.param]
    server.delete(key)
    server.rpush(key, "a list")
    return pair, key


def test_a_key_of_another_type_publishes_nothing_anywhere(
    mistyped: tuple[Step, str], channel: Channel, second: Channel, server: redis.Redis, subscriber: Subscriber
) -> None:
    (step, key), before = mistyped, everything(server, channel, second)
    with pytest.raises((RefusedError, NotPublishedError)) as refused:
        step.publish("one", "two", {channel: messages(2), second: messages(2)})
    assert subscriber.messages_until_now() == []
    assert everything(server, channel, second) == before
    assert refused.match(f"a key of the pipeline has another type, '{key}'")


def test_a_key_of_another_type_begins_no_epoch_anywhere(
    mistyped: tuple[Step, str], channel: Channel, second: Channel, server: redis.Redis
) -> None:
    (step, key), before = mistyped, everything(server, channel, second)
    with pytest.raises(RefusedError, match=key):
        step.begin("one", "two", dict.fromkeys([channel, second], OTHER_EPOCH), {channel: [RESYNC]})
    assert everything(server, channel, second) == before


def test_a_look_says_which_key_has_another_type(step: Step, channel: Channel, server: redis.Redis) -> None:
    server.delete(stream_key(PREFIX, channel))
    server.set(stream_key(PREFIX, channel), "a text")
    with pytest.raises(RefusedError, match=stream_key(PREFIX, channel)):
        step.load([channel])


def test_a_kept_message_of_another_type_is_replaced(step: Step, channel: Channel, server: redis.Redis) -> None:
    """It is ws4redis's key, and this is what SETEX did there."""
    server.rpush(channel, "a list")
    step.publish("one", "two", {channel: messages(1)})
    assert server.type(channel) == b"string"


def test_a_batch_that_is_too_large_is_not_even_sent(step: Step, channel: Channel, server: redis.Redis) -> None:
    before = everything(server, channel)
    with pytest.raises(RefusedError) as refused:
        step.publish("one", "two", {channel: [b"{%s}" % (b" " * BATCH_BYTES_AT_MOST)]})
    assert refused.value.reason == "size"
    assert everything(server, channel) == before


def test_an_expire_time_that_redis_does_not_take_leaves_nothing_behind(
    pair: Step, make_step: MakeStep, channel: Channel, second: Channel, server: redis.Redis
) -> None:
    step = make_step(expire_seconds=2**62)
    step.load([channel, second])
    before = everything(server, channel, second)
    with pytest.raises(NotPublishedError, match="invalid expire"):
        step.publish("one", "two", {channel: messages(2), second: messages(2)})
    assert everything(server, channel, second) == before
    pair.publish("one", "two", {channel: messages(2)})


Forbid = Callable[[str], None]


@pytest.fixture
def limited(own_redis: Valkey, make_step: MakeStep, channel: Channel, second: Channel) -> Iterator[tuple[Step, Forbid]]:
    """A step by a user who may do all, and a way to change what it may."""
    with redis.Redis.from_url(own_redis.url) as owner:

        def allow(rule: str) -> None:
            owner.execute_command("ACL", "SETUSER", "listener", *rule.split())

        allow("on >secret +@all ~* &*")
        step = make_step(f"redis://listener:secret@127.0.0.1:{own_redis.port}/0")
        begin(step, channel, second)
        yield step, allow


@pytest.mark.parametrize(
    "rule", ["resetchannels &{channel}", "resetkeys ~*cursor* ~*{channel}", "-xadd", "-set", "-del"]
)
def test_a_user_that_may_not_do_it_all_does_nothing(
    limited: tuple[Step, Forbid], own_redis: Valkey, channel: Channel, second: Channel, rule: str
) -> None:
    step, allow = limited
    with redis.Redis.from_url(own_redis.url) as server:
        before = everything(server, channel, second)
        allow(rule.format(channel=channel))
        with pytest.raises(NotPublishedError, match=r"permission|NOPERM|No permissions|may not"):
            step.publish("one", "two", {channel: messages(2), second: messages(2)})
        assert everything(server, channel, second) == before
        allow("+@all ~* &*")
        step.publish("one", "two", {channel: messages(2), second: messages(2)})


def test_a_full_memory_leaves_nothing_behind(
    own_redis: Valkey, make_step: MakeStep, channel: Channel, second: Channel
) -> None:
    step = make_step(own_redis.url)
    begin(step, channel, second)
    with redis.Redis.from_url(own_redis.url) as server:
        before = everything(server, channel, second)
        server.config_set("maxmemory", 1)
        with pytest.raises(NotPublishedError, match="maxmemory"):
            step.publish("one", "two", {channel: messages(2), second: messages(2)})
        assert everything(server, channel, second) == before
        server.config_set("maxmemory", 0)
        step.publish("one", "two", {channel: messages(2), second: messages(2)})


def test_a_memory_that_fills_up_in_mid_step_stops_nothing(
    own_redis: Valkey, make_step: MakeStep, channel: Channel, second: Channel
) -> None:
    step = make_step(own_redis.url)
    begin(step, channel, second)
    with redis.Redis.from_url(own_redis.url) as server:
        server.config_set("maxmemory", int(server.info("memory")["used_memory"]) + 2_000_000)
        done = 0
        with pytest.raises(NotPublishedError, match="maxmemory"):  # noqa: PT012 - how often it worked is the point
            for done in range(1000):  # noqa: B007
                step.publish("one", "one", {channel: messages(1000), second: messages(1000)})
        heads = step.load([channel, second]).heads
        assert [head.seq for head in heads.values()] == [1000 * done] * 2
        assert not step.load([channel, second]).torn


def test_a_server_that_may_not_be_written_to_is_left_alone(
    servers: RedisServers, make_step: MakeStep, channel: Channel
) -> None:
    server = servers.start()
    step = make_step(server.url)
    begin(step, channel)
    ask(server, "CONFIG", "SET", "min-replicas-to-write", 1)
    with pytest.raises(NotPublishedError, match="replicas"):
        step.publish("one", "two", {channel: messages(1)})
    ask(server, "CONFIG", "SET", "min-replicas-to-write", 0)
    ask(server, "REPLICAOF", "127.0.0.1", 1)
    with pytest.raises(NotPublishedError, match="read only"):
        step.publish("one", "two", {channel: messages(1)})
