"""Redis's replies come in their order, whole and at the others' pace, over whatever redis-py has connected."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
import redis.asyncio
from hiredis import PushNotification
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import (
    AskError,
    BusyLoadingError,
    ClusterDownError,
    ExecAbortError,
    InvalidResponse,
    MovedError,
    NoPermissionError,
    ResponseError,
)
from redis.exceptions import ConnectionError as RedisConnectionError

from project.environment import redis_arguments
from tests.ws.gateway.conftest import Run
from ws.gateway.redis_wire import MESSAGES_PER_TURN, RedisWire, take_over

FLOOD = "for number = 1, ARGV[1] do redis.call('PUBLISH', KEYS[1], number) end"


class Exchange:
    """A wire and what it hands out, each of which counts as a message."""

    def __init__(self, wire: RedisWire) -> None:
        self.wire = wire
        self._replies = asyncio.Queue[Any]()

    def replied(self, reply: object) -> int:
        self._replies.put_nowait(reply)
        return 1

    async def next(self, number: int = 1) -> list[Any]:
        """The next so many."""
        return [await self._replies.get() for _ in range(number)]

    def all(self) -> list[Any]:
        """Those that were handed out, and not asked for yet."""
        return [self._replies.get_nowait() for _ in range(self._replies.qsize())]


def redis_client(arguments: dict[str, Any]) -> redis.asyncio.Redis:
    return redis.asyncio.Redis(**arguments)


@asynccontextmanager
async def connected(arguments: dict[str, Any]) -> AsyncIterator[AbstractConnection]:
    """As the feed has redis-py connect."""
    async with redis.asyncio.Redis(**arguments, protocol=3) as client:
        connection = client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
        await connection.connect()
        try:
            yield connection
        finally:
            await connection.disconnect(nowait=True)


@asynccontextmanager
async def taken_over(arguments: dict[str, Any]) -> AsyncIterator[tuple[RedisWire, asyncio.Transport]]:
    """A wire that has not begun, and the transport that was redis-py's."""
    async with connected(arguments) as connection:
        transport = cast("asyncio.Transport", connection._writer.transport)  # type: ignore[union-attr]
        wire = await take_over(connection)
        yield wire, transport
        await wire.close()


@asynccontextmanager
async def begun(arguments: dict[str, Any]) -> AsyncIterator[Exchange]:
    """A wire that has begun."""
    async with taken_over(arguments) as (wire, _):
        exchange = Exchange(wire)
        wire.begin(exchange.replied)
        yield exchange


@pytest.fixture
def arguments(redis_url: str) -> dict[str, Any]:
    return redis_arguments(redis_url)


def test_redis_py_has_its_transport_where_it_is_taken_over(run: Run, arguments: dict[str, Any]) -> None:
    async def test() -> None:
        async with taken_over(arguments) as (wire, transport):
            assert transport.get_protocol() is wire

    run(test())


def test_every_way_to_reach_redis_is_as_good(run: Run, any_redis: dict[str, Any]) -> None:
    async def test() -> None:
        async with begun(any_redis) as exchange:
            for number in range(3):
                exchange.wire.send(("ECHO", str(number)))
                exchange.wire.send(("ECHO", "long" * 100_000))
                assert await exchange.next(2) == [str(number).encode(), b"long" * 100_000]

    run(test())


def test_pushes_stand_at_their_place_among_the_answers(run: Run, arguments: dict[str, Any], facility: str) -> None:
    async def test() -> None:
        async with begun(arguments) as exchange:
            for command in (("SUBSCRIBE", facility), ("ECHO", "before"), ("PUBLISH", facility, "!"), ("ECHO", "after")):
                exchange.wire.send(command)
            channel = facility.encode()
            replies = await exchange.next(5)
            assert replies[:2] == [[b"subscribe", channel, 1], b"before"]
            assert sorted(map(str, replies[2:4])) == sorted(map(str, [1, [b"message", channel, b"!"]]))
            assert replies[4] == b"after"
            assert [isinstance(reply, PushNotification) for reply in replies].count(True) == 2

    run(test())


def test_replies_are_the_same_in_pieces_of_every_size(run: Run, arguments: dict[str, Any]) -> None:
    said = b">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\n\r\n\r\n%1\r\n$1\r\nk\r\n*2\r\n:1\r\n_\r\n-ERR no\r\n+OK\r\n"

    async def test() -> None:
        async with begun(arguments) as exchange:
            for size in range(1, len(said) + 1):
                for start in range(0, len(said), size):
                    exchange.wire.data_received(said[start : start + size])
                push, answer, error, last = exchange.all()
                assert (push, answer, last) == ([b"message", b"a", b"\r\n"], {b"k": [1, None]}, b"OK")
                assert (type(error), str(error)) == (ResponseError, "no")

    run(test())


def test_others_have_their_turn_between_many_messages(run: Run, arguments: dict[str, Any]) -> None:
    messages = 2 * MESSAGES_PER_TURN + 1

    async def test() -> None:
        async with begun(arguments) as exchange:
            exchange.wire.data_received(b"+OK\r\n" * messages)
            exchange.wire.data_received(b":1\r\n")  # as TLS may have some left although nothing more is read
            handed_out = list[int]()
            while sum(handed_out) <= messages:
                handed_out.append(len(exchange.all()))
                await asyncio.sleep(0)
            assert max(handed_out) == MESSAGES_PER_TURN

    run(test())


def test_nothing_is_read_while_something_waits(run: Run, arguments: dict[str, Any]) -> None:
    """Memory is bounded by what one read brings."""

    async def test() -> None:
        async with taken_over(arguments) as (wire, transport):
            exchange = Exchange(wire)
            wire.data_received(b":1\r\n" * (MESSAGES_PER_TURN + 1))
            assert not transport.is_reading()
            wire.begin(exchange.replied)
            assert not transport.is_reading()
            await exchange.next(MESSAGES_PER_TURN + 1)
            assert transport.is_reading()

    run(test())


def test_all_of_a_flood_comes_in_order(run: Run, any_redis: dict[str, Any], facility: str) -> None:
    async def test() -> None:
        async with begun(any_redis) as exchange, redis_client(any_redis) as publisher:
            exchange.wire.send(("SUBSCRIBE", facility))
            await exchange.next()
            await publisher.eval(FLOOD, 1, facility, str(20_000))
            assert [int(push[2]) for push in await exchange.next(20_000)] == list(range(1, 20_001))

    run(test())


def test_what_is_said_before_the_beginning_is_handed_out_then(run: Run, arguments: dict[str, Any]) -> None:
    async def test() -> None:
        async with taken_over(arguments) as (wire, _), redis_client(arguments) as other:
            wire.send(("ECHO", "early"))
            while not any(client["cmd"] == "echo" for client in await other.client_list()):
                pass  # until it was answered
            exchange = Exchange(wire)
            wire.begin(exchange.replied)
            assert await exchange.next() == [b"early"]

    run(test())


def test_a_connection_with_more_to_say_is_not_taken_over(run: Run, arguments: dict[str, Any]) -> None:
    """What redis-py has read would be lost, or half of it."""

    async def test() -> None:
        async with connected(arguments) as connection:
            await connection.send_command("SUBSCRIBE", "one", "two")
            await connection.read_response(push_request=True)
            with pytest.raises(RedisConnectionError, match="nobody asked"):
                await take_over(connection)

    run(test())


def test_a_connection_that_has_ended_is_not_taken_over(run: Run, arguments: dict[str, Any]) -> None:
    async def test() -> None:
        async with connected(arguments) as connection:
            await connection.send_command("QUIT")
            await connection.read_response()
            with pytest.raises(RedisConnectionError):
                await connection.read_response(disconnect_on_error=False)
            with pytest.raises(RedisConnectionError):
                await take_over(connection)

    run(test())


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        ("ASK 7 127.0.0.1:7000", AskError, "7 127.0.0.1:7000"),
        ("MOVED 7 127.0.0.1:7000", MovedError, "7 127.0.0.1:7000"),
        ("CLUSTERDOWN it is down", ClusterDownError, "it is down"),
        ("EXECABORT discarded", ExecAbortError, "discarded"),
        ("LOADING its data", BusyLoadingError, "its data"),
        ("NOPERM not you", NoPermissionError, "not you"),
        ("WRONGTYPE a list", ResponseError, "WRONGTYPE a list"),
    ],
)
def test_a_refusal_is_what_redis_py_makes_of_it(
    run: Run, arguments: dict[str, Any], said: str, kind: type[Exception], text: str
) -> None:
    async def test() -> None:
        async with begun(arguments) as exchange:
            exchange.wire.data_received(f"-{said}\r\n*1\r\n-{said}\r\n".encode())
            error, (inner,) = exchange.all()
            assert [(type(it), str(it)) for it in (error, inner)] == [(kind, text)] * 2

    run(test())


def test_the_end_of_the_connection_is_told(run: Run, any_redis: dict[str, Any]) -> None:
    async def test() -> None:
        async with begun(any_redis) as exchange:
            exchange.wire.send(("QUIT",))
            assert isinstance(await exchange.wire.ended, RedisConnectionError)
            assert exchange.all() == [b"OK"]
            exchange.wire.send(("ECHO", "into the void"))

    run(test())


def test_what_cannot_be_read_ends_it(run: Run, arguments: dict[str, Any]) -> None:
    async def test() -> None:
        async with begun(arguments) as exchange:
            exchange.wire.data_received(b"+OK\r\n?what\r\n+OK\r\n")
            assert isinstance(await exchange.wire.ended, InvalidResponse)
            assert exchange.all() == [b"OK"]

    run(test())


def test_what_a_reply_raises_ends_it(run: Run, arguments: dict[str, Any]) -> None:
    async def test() -> None:
        async with taken_over(arguments) as (wire, _):
            wire.begin(lambda reply: reply / 0)
            wire.data_received(b":1\r\n:2\r\n")
            assert isinstance(await wire.ended, ZeroDivisionError)

    run(test())


def test_nothing_is_handed_out_once_it_is_closed(run: Run, any_redis: dict[str, Any]) -> None:
    async def test() -> None:
        async with begun(any_redis) as exchange:
            exchange.wire.data_received(b":1\r\n" * (MESSAGES_PER_TURN + 1))
            await exchange.wire.close()
            exchange.wire.data_received(b":1\r\n")
            await exchange.wire.close()
            assert len(exchange.all()) == MESSAGES_PER_TURN

    run(test())
