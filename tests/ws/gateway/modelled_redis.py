"""One channel in a Redis of a few lines, and one connection to it that moves only when the test says so.

What is asked is executed in its order; answers and what is pushed come back in the order in which Redis made them.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from tests.ws.observed import Observed
from ws.gateway.followed import Follower
from ws.gateway.following import Following
from ws.gateway.hub import Followers
from ws.gateway.position import Position
from ws.gateway.question import Answered, Command
from ws.wire.channels import Channel
from ws.wire.codes import Close
from ws.wire.message import chunk, numbered, seq_of

SKY = Channel("test:broadcast:sky")


class ModelledRedis:
    """The feed, as Following sees it, and what stands behind it."""

    def __init__(self) -> None:
        self.head: Position | None = None
        self.history: list[Position] = []
        """Of all messages, in the order in which they were appended."""
        self.following: Following
        self.joining: list[Follower] = []
        """For whom is asked next, for the head at its moment."""
        self.heads: dict[Follower, Position | None] = {}
        self.questions = 0
        self.is_away = False
        self._epochs = 0
        self._kept: bytes | None = None
        self._stream: list[tuple[int, list[Any]]] = []
        self._is_subscribed = False
        self._sent: deque[Callable[[], None]] = deque()
        self._coming: deque[Callable[[], object]] = deque()

    # The connection.

    def subscribe(self, channel: Channel) -> None:  # noqa: ARG002 - there is one
        self._send(lambda: self._set_subscribed(is_subscribed=True))

    def unsubscribe(self, channel: Channel) -> None:  # noqa: ARG002
        self._send(lambda: self._set_subscribed(is_subscribed=False))

    def ask(self, commands: Sequence[Command], answered: Answered) -> None:
        self.questions += 1
        joining: list[Follower] = []
        if commands[-1][0] == "GET":
            joining, self.joining = self.joining, joining
        self._send(lambda: self._execute(commands, answered, joining))

    def execute(self, commands: int) -> None:
        """Redis gets to the next of what is asked."""
        for _ in range(min(commands, len(self._sent))):
            self._sent.popleft()()

    def deliver(self, number: int) -> None:
        """The next of what Redis says arrives."""
        for _ in range(min(number, len(self._coming))):
            self._coming.popleft()()

    @property
    def is_quiet(self) -> bool:
        """Nothing is on its way."""
        return not (self._sent or self._coming)

    def settle(self) -> None:
        """Until nothing is on its way."""
        while not self.is_quiet:
            self.execute(1)
            self.deliver(1)

    def lose(self) -> None:
        """The connection, with all that is on its way."""
        self.is_away, self._is_subscribed = True, False
        self._sent.clear()
        self._coming.clear()

    def regain(self) -> None:
        if self.is_away:
            self.is_away = False
            self.following.regained()

    # The listener, and others.

    def append(self, number: int, *, is_published: bool = True) -> None:
        """A step of the listener's: one chunk."""
        if self.head is None:
            self.begin_epoch(1)
        else:
            self._append(number, is_published=is_published)

    def begin_epoch(self, number: int) -> None:
        self._epochs += 1
        self.head = Position(b"e%d" % self._epochs, 0)
        self._stream.clear()
        self._append(number, is_published=True)

    def trim(self, number: int) -> None:
        del self._stream[:number]

    def go_back(self, number: int) -> None:
        """What was there last is lost; after that the listener begins another epoch."""
        if self.head is not None:
            if self.head.seq > number > 0:
                self.head = Position(self.head.epoch, self.head.seq - number)
                self._stream = [(last, entry) for last, entry in self._stream if last <= self.head.seq]
                self.execute(number)
            self.begin_epoch(1)

    def flush(self) -> None:
        """Redis is emptied."""
        self.head = self._kept = None
        self._stream.clear()

    def publish(self, message: bytes) -> None:
        """By anybody."""
        if self._is_subscribed:
            self._coming.append(lambda: self.following.message(SKY, message))

    def keep(self, message: bytes) -> None:
        self._kept = message

    def _append(self, number: int, *, is_published: bool) -> None:
        assert self.head is not None
        epoch, first = self.head.epoch, self.head.seq + 1
        messages = numbered([b'{"epoch": "%s"}' % epoch] * number, first)
        self.head = Position(epoch, self.head.seq + number)
        self.history += [Position(epoch, seq) for seq in range(first, first + number)]
        self._stream.append((self.head.seq, [b"%d-0" % self.head.seq, [b"epoch", epoch, b"messages", chunk(messages)]]))
        self._kept = messages[-1]
        for message in messages if is_published else ():
            self.publish(message)

    def _send(self, command: Callable[[], None]) -> None:
        if not self.is_away:
            self._sent.append(command)

    def _set_subscribed(self, *, is_subscribed: bool) -> None:
        self._is_subscribed = is_subscribed

    def _execute(self, commands: Sequence[Command], answered: Answered, joining: Sequence[Follower]) -> None:
        self.heads.update(dict.fromkeys(joining, self.head))
        answers = [self._answer(command) for command in commands]
        self._coming.append(lambda: answered(answers))

    def _answer(self, command: Command) -> object:
        match command:
            case ("HMGET", *_):
                return [self.head.epoch, b"%d" % self.head.seq] if self.head else [None, None]
            case ("GET", _):
                return self._kept
            case ("XREAD", "COUNT", number, *_, above):
                found = [entry for last, entry in self._stream if last > int(str(above).partition("-")[0])]
                return {b"stream": found[: int(number)]} if found else None
        return None


class ModelledClient:
    """Hears; and leaves when it is closed, as the gateway's clients do."""

    def __init__(self, redis: ModelledRedis) -> None:
        self._redis = redis
        self.follows: tuple[Followers, ...] = ()
        self.joining = 0
        self.said: bytes | None = None
        self.heard: list[bytes] = []
        self.close_reason: str | None = None
        self.heard_before_beat: list[bytes] | None = None

    def join(self) -> None:
        self._redis.joining.append(self)
        self._redis.following.join(self, [SKY])

    def leave(self) -> None:
        self._redis.following.leave(self)

    def deliver(self, frames: bytes) -> None:
        """Small frames: two bytes of opening, the second of which is the size."""
        assert self.follows, "who has left is written to"
        while frames:
            self.heard.append(frames[2 : 2 + frames[1]])
            frames = frames[2 + frames[1] :]

    def beat(self, now: float) -> None:  # noqa: ARG002
        self.heard_before_beat = list(self.heard)

    def close(self, close: Close) -> None:
        self.close_reason = close.reason
        self.leave()

    def positions(self) -> list[Position]:
        """Of what it heard of the pipeline."""
        texts = [message for message in self.heard if seq_of(message) is not None]
        return [Position(text.partition(b'": "')[2].partition(b'"')[0], seq_of(text) or 0) for text in texts]


class Turns:
    """The loop: what is called soon is called in the next turn."""

    def __init__(self) -> None:
        self._soon: list[Callable[[], None]] = []

    def time(self) -> float:
        return 0.0

    def call_soon(self, callback: Callable[[], None]) -> None:
        self._soon.append(callback)

    @property
    def is_quiet(self) -> bool:
        return not self._soon

    def turn(self) -> None:
        soon, self._soon = self._soon, []
        for callback in soon:
            callback()


class World:
    """A Redis, the following, and clients."""

    def __init__(self) -> None:
        self.redis = ModelledRedis()
        self.loop = Turns()
        self.observed = Observed()
        self.redis.following = Following("test", self.redis, self.observed, self.loop)
        self.clients: list[ModelledClient] = []

    def join(self) -> ModelledClient:
        """A client for which is asked in the next turn."""
        client = ModelledClient(self.redis)
        self.clients.append(client)
        client.join()
        return client

    def joined(self) -> ModelledClient:
        """A client with all that it got when it joined."""
        client = self.join()
        self.settle()
        return client

    def settle(self) -> None:
        """Everything that is on its way arrives."""
        while not (self.redis.is_quiet and self.loop.is_quiet):
            self.redis.settle()
            self.loop.turn()

    def poll(self) -> None:
        self.redis.following.poll(SKY)

    def reconnect(self) -> None:
        self.redis.lose()
        self.redis.regain()
        self.settle()
