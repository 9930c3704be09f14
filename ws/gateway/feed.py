"""The gateway's end of Redis: one connection for the whole process, in both directions.

Over RESP3 a connection that subscribes can also ask, so that a kept message's answer stands at its place among the
messages that are pushed. Nothing is awaited per message: what one read brings is handed out in one turn of the loop.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import redis.asyncio
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from ws.backoff import backoff_seconds
from ws.gateway.observations import KeptMessageUnreadable, RedisLost
from ws.observation import Observe
from ws.wire.channels import Channel

ANSWER_SECONDS = 5.0
"""Redis that is silent for longer, although it was asked, is lost."""
PING_SECONDS = 3.0
MESSAGES_PER_TURN = 500
"""After so many the loop gets its turn, however many more have arrived."""

Kept = Callable[[bytes | None], None]
"""What to do with a kept message, or with the news that there is none."""


class Reader(Protocol):
    """The gateway, as the feed sees it."""

    def channels(self) -> list[Channel]:
        """What to subscribe to after a reconnect."""
        ...

    def message(self, channel: Channel, message: bytes) -> None: ...
    def regained(self) -> None:
        """Redis is back, and messages may have been missed."""
        ...


class Feed:
    """Subscribes, asks for kept messages, and hands on what comes, in Redis's order."""

    def __init__(self, connection: Mapping[str, Any], observe: Observe, chance: Callable[[], float]) -> None:
        self._client = redis.asyncio.Redis(
            **{
                "socket_connect_timeout": ANSWER_SECONDS,
                **connection,
                "socket_timeout": None,
                "protocol": 3,
                "retry": Retry(NoBackoff(), 0),
            }
        )
        self._observe = observe
        self._chance = chance
        self._connection: AbstractConnection | None = None
        self._commands: deque[tuple[str | bytes, ...]] = deque()
        self._answers: deque[Kept] = deque()
        self._has_commands = asyncio.Event()
        self._read_at = 0.0

    async def connect(self) -> None:
        """Raises RedisError or OSError if Redis does not answer."""
        connection = self._client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
        await connection.connect()
        self._connection = connection
        self._read_at = asyncio.get_running_loop().time()

    async def run(self, reader: Reader) -> None:
        """Read until cancelled, over as many connections as it takes. `connect` has been called."""
        task = asyncio.current_task()
        assert task is not None
        attempt = 0
        # Asked, not only raised: a connection that fails in the same turn would swallow the cancellation.
        while not task.cancelling():
            try:
                if self._connection is None:
                    await self.connect()
                    self._resubscribe(reader)
                attempt = 0
                await self._exchange(reader)
            except* (RedisError, OSError, TimeoutError) as errors:
                await self._drop_connection()
                if not task.cancelling():
                    attempt += 1
                    wait = backoff_seconds(attempt, self._chance())
                    self._observe(RedisLost(_describe(errors), wait))
                    await asyncio.sleep(wait)

    def subscribe(self, channel: Channel) -> None:
        self._send("SUBSCRIBE", channel)

    def unsubscribe(self, channel: Channel) -> None:
        self._send("UNSUBSCRIBE", channel)

    def ask_kept(self, channel: Channel, kept: Kept) -> None:
        """Call `kept` with the answer, at its place among the messages; never, if the connection is lost first."""
        if self._connection is not None:
            self._answers.append(kept)
            self._send("GET", channel)

    async def close(self) -> None:
        await self._drop_connection()
        await self._client.aclose()

    def _send(self, *command: str) -> None:
        """Put a command on its way; without a connection it is pointless, as reconnecting subscribes anew."""
        if self._connection is not None:
            self._commands.append(command)
            self._has_commands.set()

    def _resubscribe(self, reader: Reader) -> None:
        for channel in reader.channels():
            self.subscribe(channel)
        reader.regained()

    async def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        self._commands.clear()
        self._answers.clear()
        if connection is not None:
            await connection.disconnect(nowait=True)

    async def _exchange(self, reader: Reader) -> None:
        assert self._connection is not None
        async with asyncio.TaskGroup() as group:
            group.create_task(self._write(self._connection))
            group.create_task(self._ping())
            group.create_task(self._read(self._connection, reader))

    async def _write(self, connection: AbstractConnection) -> None:
        while True:
            await self._has_commands.wait()
            self._has_commands.clear()
            commands = list(self._commands)
            self._commands.clear()
            await connection.send_packed_command(connection.pack_commands(commands), check_health=False)

    async def _ping(self) -> None:
        """A connection that lost its peer without a word is silent for ever: ask, and expect an answer."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(PING_SECONDS)
            if loop.time() - self._read_at > PING_SECONDS + ANSWER_SECONDS:
                raise TimeoutError(f"no answer for {loop.time() - self._read_at:.0f} s")
            self._answers.append(lambda _: None)
            self._send("PING")

    async def _read(self, connection: AbstractConnection, reader: Reader) -> None:
        loop = asyncio.get_running_loop()
        messages = 0
        while True:
            try:
                response = await connection.read_response(timeout=math.inf, push_request=True)
            except ResponseError as error:
                self._observe(KeptMessageUnreadable(str(error)))
                self._answers.popleft()(None)
                continue
            self._read_at = loop.time()
            if isinstance(response, list):
                if response[0] == b"message":
                    reader.message(Channel(response[1].decode()), response[2])
                    messages += 1
            else:
                self._answers.popleft()(response)
            if messages >= MESSAGES_PER_TURN:
                messages = 0
                await asyncio.sleep(0)


def _describe(errors: BaseExceptionGroup[Exception]) -> str:
    return "; ".join(str(error) or type(error).__name__ for error in errors.exceptions)
