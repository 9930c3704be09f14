"""The gateway's end of Redis: one connection for the whole process, in both directions.

Over RESP3 a connection that subscribes can also ask, so that an answer stands at its place among the messages that are
pushed. What it says is handed out as the wire brings it (`redis_wire`): nothing is awaited per message.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Protocol

import redis.asyncio
from hiredis import PushNotification
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AskError,
    ClusterDownError,
    ExecAbortError,
    NoPermissionError,
    RedisError,
    ResponseError,
)

from ws.backoff import backoff_seconds
from ws.gateway.observations import CommandRefused, RedisLost
from ws.gateway.question import Answered, Command, shown
from ws.gateway.redis_wire import RedisWire, take_over
from ws.observation import Observe
from ws.redis_master import master
from ws.settings import WsSettings
from ws.wire.channels import Channel

ANSWER_SECONDS = 5.0
"""Redis that is silent for longer, although it was asked, is lost."""
PING_SECONDS = 3.0
POLLS_PER_TURN = 100

ELSEWHERE = (AskError, ClusterDownError)
"""Another server of the Cluster has our hash slot, or will have: it is to be found anew."""

Answer = Callable[[Any], int]
"""What to do with an answer, which may be an error; and how many messages that handed out."""


def _ignore(_: object) -> int:
    """An answer that says nothing new."""
    return 0


class Reader(Protocol):
    """The gateway, as the feed sees it."""

    def message(self, channel: Channel, message: bytes) -> None: ...
    def refused(self, channel: Channel) -> None:
        """Redis does not let us subscribe to this channel."""
        ...

    def regained(self) -> None:
        """Redis is back, over a connection that subscribes to nothing yet; messages may have been missed."""
        ...

    def channels(self) -> Iterable[Channel]:
        """What is to be polled now and then."""
        ...

    def poll(self, channel: Channel) -> None:
        """Time to look whether messages have come that nobody told of."""
        ...


class Feed:
    """Subscribes, asks, and hands on what comes, in Redis's order."""

    def __init__(self, settings: WsSettings, observe: Observe, chance: Callable[[], float]) -> None:
        self._settings = settings
        self._client: redis.asyncio.Redis | None = None
        """Kept while its connection is: with it would go its pool."""
        self._observe = observe
        self._chance = chance
        self._wire: RedisWire | None = None
        self._unanswered: deque[tuple[Command, Answer]] = deque()
        """Each command on its way, in order, and what to do with its answer."""
        self._published: deque[Callable[[bool], None]] = deque()
        """Who waits to hear what became of a message, in order."""
        self._read_at = 0.0
        self.answer_seconds = 0.0
        """How long the last PING waited for its answer, behind all that Redis had to say before."""

    @property
    def is_connected(self) -> bool:
        return self._wire is not None

    def silent_seconds(self, now: float) -> float:
        """How long ago, by the loop's clock, Redis was last heard; at least every 3 s it is asked."""
        return max(0.0, now - self._read_at)

    async def connect(self) -> None:
        """Raises RedisError or OSError if Redis does not answer.

        It is asked, not only connected to: while it loads its data it accepts, and refuses every command.
        """
        self._client = await self._make_client()
        connection = self._client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
        try:
            await connection.connect()
            await _hear(connection)
            self._wire = await take_over(connection)
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
        self._read_at = asyncio.get_running_loop().time()

    async def run(self, reader: Reader) -> None:
        """Read until cancelled, over as many connections as it takes. `connect` has been called."""
        attempt = 0
        try:
            while True:
                try:
                    if self._wire is None:
                        await self.connect()
                        reader.regained()
                    attempt = 0
                    await self._exchange(reader)
                except (RedisError, OSError, TimeoutError) as error:
                    await self._drop_connection()
                    attempt += 1
                    wait = backoff_seconds(attempt, self._chance())
                    self._observe(RedisLost(str(error) or type(error).__name__, wait))
                    await asyncio.sleep(wait)
        finally:
            await self._drop_connection()

    def subscribe(self, channel: Channel) -> None:
        """What is published from here on comes to the reader, or `refused` does."""
        self._send("SUBSCRIBE", channel)

    def unsubscribe(self, channel: Channel) -> None:
        self._send("UNSUBSCRIBE", channel)

    def ask(self, commands: Sequence[Command], answered: Answered) -> None:
        """Ask these at one instant, and hand on the answers at their place among the messages; refusals are observed.

        Never answered, if the connection is lost first.
        """
        if len(commands) == 1:
            self._send(*commands[0], answered=lambda answer: answered([answer]))
            return
        self._send("MULTI")
        for command in commands:
            self._send(*command)
        self._send("EXEC", answered=partial(self._executed, commands, answered))

    def publish(self, commands: Sequence[Command], published: Callable[[bool], None]) -> bool:
        """Whether Redis is there to be told. Then `published` says whether all of these were done; False also where the
        connection is lost first, and nobody knows. Each is done by itself.
        """
        if self._wire is None:
            return False
        self._published.append(published)
        answers: list[object] = []
        for command in commands:
            self._send(*command, answered=partial(self._was_published, answers, len(commands)))
        return True

    def _was_published(self, answers: list[object], count: int, answer: object) -> int:
        answers.append(answer)
        if len(answers) == count:
            self._published.popleft()(not any(isinstance(it, ResponseError) for it in answers))
        return 0

    async def close(self) -> None:
        await self._drop_connection()
        if self._client is not None:
            await self._client.aclose()

    async def _make_client(self) -> redis.asyncio.Redis:
        """Of the master, which is asked for in a thread: Sentinels may take a second each to say nothing."""
        found = await asyncio.to_thread(master, self._settings.connection, self._settings.prefix)
        return redis.asyncio.Redis(
            **{
                "socket_connect_timeout": ANSWER_SECONDS,
                **found,
                "socket_timeout": None,
                "decode_responses": False,
                "protocol": 3,
                "retry": Retry(NoBackoff(), 0),
            }
        )

    def _executed(self, commands: Sequence[Command], answered: Answered, answers: list[Any] | ResponseError) -> int:
        if isinstance(answers, ResponseError):
            return answered(None)
        for command, answer in zip(commands, answers, strict=True):
            if isinstance(answer, ResponseError):
                self._observe(CommandRefused(shown(command), str(answer)))
        return answered(answers)

    def _send(self, *command: str | bytes, answered: Answer = _ignore) -> None:
        """Put a command on its way; without a connection it is pointless, as reconnecting subscribes anew."""
        if self._wire is not None:
            self._wire.send(command)
            self._unanswered.append((command, answered))

    async def _drop_connection(self) -> None:
        wire, self._wire = self._wire, None
        self._unanswered.clear()
        while self._published:
            self._published.popleft()(False)  # noqa: FBT003
        if wire is not None:
            await wire.close()

    async def _exchange(self, reader: Reader) -> None:
        """Ping until the wire has ended, which is raised.

        A connection that lost its peer without a word is silent for ever: ask, and expect an answer.
        """
        assert self._wire is not None
        ended = self._wire.ended
        self._wire.begin(partial(self._replied, reader))
        while not (await asyncio.wait([ended], timeout=PING_SECONDS))[0]:
            self._ping()
            for number, channel in enumerate(reader.channels(), 1):
                reader.poll(channel)
                if number % POLLS_PER_TURN == 0:
                    await asyncio.sleep(0)
                    if ended.done():
                        break
        raise ended.result()

    def _ping(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._read_at > PING_SECONDS + ANSWER_SECONDS:
            raise TimeoutError(f"no answer for {now - self._read_at:.0f} s")
        self._send("PING", answered=partial(self._ponged, now))

    def _ponged(self, asked_at: float, _: object) -> int:
        self.answer_seconds = asyncio.get_running_loop().time() - asked_at
        return 0

    def _replied(self, reader: Reader, reply: Any) -> int:  # noqa: ANN401 - Redis's
        """What to do with what Redis says; and how many messages that handed out."""
        self._read_at = asyncio.get_running_loop().time()
        if isinstance(reply, PushNotification):
            return self._pushed(reader, reply)
        if isinstance(reply, RedisError):
            self._refused(reader, reply)
            return 0
        _, answered = self._unanswered.popleft()
        return answered(reply)

    def _pushed(self, reader: Reader, push: list[bytes]) -> int:
        if push[0] == b"message":
            reader.message(Channel(push[1].decode()), push[2])
            return 1
        if push[0] in {b"subscribe", b"unsubscribe"}:  # pushed, but at its place among the answers
            self._unanswered.popleft()
        return 0

    def _refused(self, reader: Reader, error: RedisError) -> None:
        if isinstance(error, ELSEWHERE):
            raise RedisError(f"the hash slot is elsewhere now: {error}") from error
        if not isinstance(error, ResponseError):
            raise error  # which is of this connection, and not of the command
        command, answered = self._unanswered.popleft()
        if command[0] == "PING":
            answered(error)
            return  # an answer all the same, though this user may not ask
        if not isinstance(error, ExecAbortError):  # which only says that one before it was refused
            self._observe(CommandRefused(shown(command), str(error)))
        answered(error)
        if command[0] == "SUBSCRIBE":
            reader.refused(Channel(str(command[1])))


async def _hear(connection: AbstractConnection) -> None:
    """Ask whether Redis answers. Raises RedisError or TimeoutError if not."""
    await connection.send_command("PING")
    try:
        if await connection.read_response(timeout=ANSWER_SECONDS) is None:
            raise TimeoutError(f"no answer for {ANSWER_SECONDS:.0f} s")
    except NoPermissionError:
        pass  # an answer all the same, though this user may not ask
