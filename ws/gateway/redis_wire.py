"""The wire to Redis: commands in, replies out, in Redis's order; what they are about is not known here.

redis-py makes the connection, by TLS or a Unix socket too, and says who we are. Then its transport is ours: to read one
reply costs redis-py more than all that the gateway does with it.

What one read brings is handed out in one turn of the loop, unless it is so much that others must have theirs; until it
is, nothing more is read. What is sent in one turn is one write.
"""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import hiredis
from redis.asyncio.connection import AbstractConnection, DefaultParser
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import InvalidResponse

from ws.gateway.question import Command

MESSAGES_PER_TURN = 500
"""After so many the loop gets its turn, however many more have arrived."""

_NOT_YET = object()
"""A reply of which the rest is still to come."""


async def take_over(connection: AbstractConnection) -> "RedisWire":
    """The wire of a connection on which everything was answered.

    Raises RedisError if Redis has said more, which redis-py may have read in part and we would miss, or has ended it.
    """
    has_more = getattr(connection, "can_read", None) or connection.can_read_destructive  # before redis-py 8
    if await has_more():
        raise RedisConnectionError("Redis has ended the connection, or said what nobody asked")
    return RedisWire(connection)


class RedisWire(asyncio.Protocol):
    """A connection, from when it is taken over to its end."""

    def __init__(self, connection: AbstractConnection) -> None:
        """Nothing is read before `begin`."""
        self._loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[Exception] = self._loop.create_future()
        """Why nothing is handed out any more. A result, for an exception that nobody asks for is told as one."""
        self._connection = connection
        """Kept: what redis-py has made of the transport closes it when it is forgotten."""
        self._replies = hiredis.Reader(
            protocolError=InvalidResponse,
            replyError=DefaultParser.parse_error,
            notEnoughData=_NOT_YET,
        )
        self._replied: Callable[[Any], int] = _nobody
        self._is_held = True
        """What was read waits: for the beginning, or for others to have their turn."""
        self._commands: list[bytes] = []
        """Not written yet."""
        # redis-py gives its transport to nobody: this is the one place that knows where it has it.
        assert connection._writer is not None, "it is connected"
        self._transport = cast("asyncio.Transport", connection._writer.transport)
        self._transport.pause_reading()
        self._transport.set_protocol(self)

    def begin(self, replied: Callable[[Any], int]) -> None:
        """Hand out each reply from here on: a push is a `PushNotification`, and a refusal an exception.

        `replied` says how many messages that handed out. What it raises ends the wire.
        """
        self._replied = replied
        self._hand_out()

    def send(self, command: Command) -> None:
        """Write it at the end of this turn, with all others. Into the void, once the wire has ended."""
        # Their stub knows tuples of one only.
        packed = hiredis.pack_command(command)  # type: ignore[arg-type]
        if not self._commands:
            self._loop.call_soon(self._write)
        self._commands.append(packed)

    async def close(self) -> None:
        """At once: what was not written is not, and nothing is handed out any more. Closing twice does no harm."""
        self._end(RedisConnectionError("closed by us"))
        self._transport.abort()
        await self._connection.disconnect(nowait=True)

    # What the transport tells.

    def data_received(self, data: bytes) -> None:
        self._replies.feed(data)
        if not self._is_held:
            self._hand_out()

    def eof_received(self) -> None:
        self._end(RedisConnectionError("Connection closed by server."))

    def connection_lost(self, error: Exception | None) -> None:
        self._end(error or RedisConnectionError("Connection closed by server."))

    def _hand_out(self) -> None:
        if self.ended.done() or self._transport.is_closing():
            return
        try:
            is_all = self._hand_out_some()
        except Exception as error:  # noqa: BLE001 - whoever waits for the end is told
            self._end(error)
            return
        self._hold(is_held=not is_all)
        if not is_all:
            self._loop.call_soon(self._hand_out)

    def _hand_out_some(self) -> bool:
        """Whether nothing more waits."""
        messages = 0
        while messages < MESSAGES_PER_TURN:
            reply = self._replies.gets()
            if reply is _NOT_YET:
                return True
            messages += self._replied(reply)
        return False

    def _hold(self, *, is_held: bool) -> None:
        """Read nothing more while something waits."""
        if is_held == self._is_held:
            return
        self._is_held = is_held
        if is_held:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def _write(self) -> None:
        commands, self._commands = self._commands, []
        if not self.ended.done():
            self._transport.write(b"".join(commands))

    def _end(self, why: Exception) -> None:
        if not self.ended.done():
            self.ended.set_result(why)


def _nobody(_: object) -> int:
    raise AssertionError("nothing is handed out before `begin`")
