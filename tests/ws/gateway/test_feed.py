"""The one connection to Redis: it is lost and regained, and nobody goes on as if nothing had been missed."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import redis
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close as CloseData

from project.development.valkey import Valkey
from project.environment import redis_arguments
from tests.wire_cutter import WireCutter
from tests.ws.gateway.conftest import MESSAGE_SECONDS, MakeGateway, Run, RunningGateway
from tests.ws.gateway.raw_client import HEARTBEAT
from tests.ws.gateway.test_server import close_of, next_message
from tests.ws.observed import Observed
from ws.gateway.feed import Feed
from ws.gateway.observations import CommandRefused, RedisLost, RedisRegained
from ws.settings import load
from ws.wire.channels import Channel

RESTARTING = CloseData(1012, "restarting: reconnect and refetch")


def serves(gateway: RunningGateway, facility: str, url: str) -> bool:
    """Whether a new client gets what is published now."""
    with gateway.follow(facility) as client, redis.Redis.from_url(url) as publisher:
        publisher.publish(gateway.channel(facility), "served")
        return next_message(client) == "served"


def test_a_killed_connection_closes_followers_and_serves_them_again(
    make_gateway: MakeGateway, own_redis: Valkey, facility: str
) -> None:
    gateway = make_gateway(own_redis.url)
    with gateway.follow(facility) as client, redis.Redis.from_url(own_redis.url) as killer:
        killer.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        assert close_of(client) == RESTARTING
    assert gateway.observed.wait_for(RedisRegained).clients == 1
    assert serves(gateway, facility, own_redis.url)


def test_who_follows_nothing_is_not_closed(make_gateway: MakeGateway, wire: WireCutter, facility: str) -> None:
    gateway = make_gateway(wire.url)
    with gateway.connect("", "") as idle, gateway.follow(facility) as follower:
        wire.cut()
        assert close_of(follower) == RESTARTING
        assert [idle.recv(MESSAGE_SECONDS) for _ in range(2)] == [HEARTBEAT] * 2


def test_a_redis_that_restarts_is_waited_for(make_gateway: MakeGateway, own_redis: Valkey, facility: str) -> None:
    gateway = make_gateway(own_redis.url)
    own_redis.stop()
    gateway.observed.wait_for(RedisLost, times=2)
    own_redis.start()
    gateway.observed.wait_for(RedisRegained)
    assert serves(gateway, facility, own_redis.url)


def test_who_comes_while_redis_is_away_is_told_when_it_is_back(
    make_gateway: MakeGateway, wire: WireCutter, facility: str
) -> None:
    gateway = make_gateway(wire.url)
    wire.refuse()
    gateway.observed.wait_for(RedisLost)
    with gateway.connect(facility) as client:
        wire.accept()
        assert close_of(client) == RESTARTING
    assert serves(gateway, facility, wire.url)


def test_each_attempt_waits_longer(make_gateway: MakeGateway, wire: WireCutter) -> None:
    gateway = make_gateway(wire.url)
    wire.refuse()
    gateway.observed.wait_for(RedisLost, times=4)
    waits = [lost.retry_seconds for lost in gateway.observed.of(RedisLost)]
    assert waits == sorted(waits)
    assert len(set(waits)) == len(waits)


def test_a_kept_message_comes_first_when_redis_is_slow(
    make_gateway: MakeGateway, wire: WireCutter, facility: str, publisher: redis.Redis
) -> None:
    gateway = make_gateway(wire.url)
    publisher.set(gateway.channel(facility), "kept", ex=60)
    wire.hold()
    with gateway.connect(facility) as client:
        wire.release()
        assert [client.recv(MESSAGE_SECONDS) for _ in range(2)] == ["kept", HEARTBEAT]


def test_a_client_that_leaves_before_its_kept_message_comes_does_no_harm(
    make_gateway: MakeGateway, wire: WireCutter, facility: str, publisher: redis.Redis
) -> None:
    gateway = make_gateway(wire.url)
    publisher.set(gateway.channel(facility), "kept", ex=60)
    wire.hold()
    with gateway.connect(facility):
        pass
    wire.release()
    with gateway.connect(facility) as client:
        assert client.recv(MESSAGE_SECONDS) == "kept"


def test_a_kept_message_that_is_no_text_is_observed_and_does_no_harm(
    gateway: RunningGateway, facility: str, publisher: redis.Redis, redis_url: str
) -> None:
    publisher.rpush(gateway.channel(facility), "a list")
    assert serves(gateway, facility, redis_url)
    assert "WRONGTYPE" in gateway.observed.wait_for(CommandRefused).error
    publisher.delete(gateway.channel(facility))


def test_a_forbidden_channel_does_not_end_the_gateway(
    make_gateway: MakeGateway, own_redis: Valkey, facility: str
) -> None:
    """PITFALLS P11: an ACL user that may subscribe to some channels only. Compatibility C5."""
    gateway = make_gateway(limited_url(own_redis, f"test:broadcast:{facility}"))
    with gateway.connect("forbidden") as client:
        assert close_of(client) == CloseData(1013, "this facility cannot be followed now")
    assert serves(gateway, facility, own_redis.url)


def test_a_forbidden_channel_gives_nobody_anothers_kept_message(
    make_gateway: MakeGateway, own_redis: Valkey, facility: str
) -> None:
    channel = f"test:broadcast:{facility}"
    gateway = make_gateway(limited_url(own_redis, channel))
    with redis.Redis.from_url(own_redis.url) as publisher:
        publisher.set(channel, "kept", ex=60)
    with gateway.connect("forbidden"), gateway.connect(facility) as client:
        assert client.recv(MESSAGE_SECONDS) == "kept"


def limited_url(server: Valkey, channel: str) -> str:
    """The server's address for a user that may subscribe to this channel alone."""
    with redis.Redis.from_url(server.url) as owner:
        owner.acl_setuser("limited", enabled=True, passwords=["+limited"], categories=["+@all"], keys=["*"])
        owner.execute_command("ACL", "SETUSER", "limited", f"&{channel}")
    return f"redis://limited:limited@127.0.0.1:{server.port}/0"


def test_no_client_is_left_when_the_gateway_stops_while_redis_is_away(
    make_gateway: MakeGateway, wire: WireCutter, facility: str
) -> None:
    gateway = make_gateway(wire.url)
    with gateway.follow(facility) as client:
        wire.refuse()
        gateway.observed.wait_for(RedisLost)
        gateway.stop()
        with pytest.raises(ConnectionClosed):
            client.recv(MESSAGE_SECONDS)


def test_texts_in_the_sites_own_redis_settings_are_read_as_bytes(
    make_gateway: MakeGateway, redis_url: str, facility: str
) -> None:
    """ws4redis's settings may ask redis-py for decoded responses; the feed needs bytes."""
    connection = {**redis_arguments(redis_url), "decode_responses": True}
    gateway = make_gateway(redis_url, connection=connection)
    assert serves(gateway, facility, redis_url)


class Recorder:
    """A reader that notes when it hears a message."""

    def __init__(self) -> None:
        self.hears = asyncio.Event()

    def message(self, channel: Channel, message: bytes) -> None:
        if message == b"fail":
            raise ZeroDivisionError(channel)
        self.hears.set()

    def refused(self, channel: Channel) -> None: ...
    def regained(self) -> None: ...
    def channels(self) -> Iterable[Channel]:
        return ()

    def poll(self, channel: Channel) -> None: ...


@asynccontextmanager
async def running(url: str, channel: Channel) -> AsyncIterator[tuple[Feed, asyncio.Task[None]]]:
    """A feed that has heard a message of this channel."""
    feed, reader = Feed(replace(load(), connection=redis_arguments(url)), Observed(), lambda: 0.0), Recorder()
    await feed.connect()
    task = asyncio.create_task(feed.run(reader))
    feed.subscribe(channel)
    feed.ask([("PUBLISH", channel, "!")], lambda _: 0)
    await reader.hears.wait()
    yield feed, task
    assert not feed.is_connected
    await feed.close()


def test_a_feed_that_is_cancelled_leaves_nothing_behind(run: Run, redis_url: str, facility: str) -> None:
    published = list[bool]()

    async def test() -> None:
        async with running(redis_url, Channel(facility)) as (feed, task):
            feed.publish([("PUBLISH", facility, "what became of it?")], published.append)
            task.cancel()
            await asyncio.wait([task])

    run(test())
    assert published == [False]


def test_what_fails_in_the_reader_ends_the_feed(run: Run, redis_url: str, facility: str) -> None:
    async def test() -> None:
        async with running(redis_url, Channel(facility)) as (feed, task):
            feed.ask([("PUBLISH", facility, "fail")], lambda _: 0)
            with pytest.raises(ZeroDivisionError):
                await task

    run(test())
