"""How far the change of nobody's has come that this listener writes again and again. Pure: time is an argument.

The thread that writes them says so; the thread that carries says that it has read one, and, by its observations, that
Redis has it. Whoever looks finds the hop at which they stay. A leader's only: the others write none.
"""

import json
from collections.abc import Callable, Sequence
from typing import Literal

from triggers.log import CANARY_MODEL
from ws.listener.log_observations import CaughtUp, Published
from ws.listener.messages import Format
from ws.listener.routes import Route
from ws.listener.rows import Row
from ws.observation import Observation
from ws.wire.channels import Channel

SILENT_TIMES = 3
"""So many times their distance without one is silence."""

Hop = Literal["write", "read", "answer", "publish"]


class Canary:
    """Of one listener. Each number is written by one thread, and read by any."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self.seconds = seconds
        self._clock = clock
        self._written = self._read = self._published = 0
        """The number of the last one that has come so far."""
        self._published_at: float | None = None
        """None: this listener does not lead."""
        self._awaits_redis = False

    @property
    def silent_seconds_at_most(self) -> float:
        return SILENT_TIMES * self.seconds

    def lead(self, *, is_leading: bool) -> None:
        """Only who leads is answerable for them, from then on."""
        if not is_leading:
            self._published_at = None
        elif self._published_at is None:
            self._published_at = self._clock()

    def wrote(self, number: int) -> None:
        """PostgreSQL has it."""
        self._written = number

    def read(self, row: Row) -> None:
        """It stands in what is about to be published. One of a former leader's counts as well: it has come as far."""
        self._read = max(self._read, _number(row.key))

    def redis(self, standing: Literal["asked", "answered"]) -> None:
        """Where it was asked for something else, a heartbeat as a rule, the next one is not read before it answers."""
        self._awaits_redis = standing == "asked"

    def __call__(self, observation: Observation) -> None:
        """Redis has all that was read."""
        if isinstance(observation, Published | CaughtUp) and self._read > self._published:
            self._published, self._published_at = self._read, self._clock()

    def silent_seconds(self) -> float:
        """How long ago Redis took the last one; 0 where this listener does not lead."""
        since = self._published_at
        return 0.0 if since is None else self._clock() - since

    @property
    def is_silent(self) -> bool:
        return self.silent_seconds() > self.silent_seconds_at_most

    @property
    def hop(self) -> Hop:
        """Where the next one stays, if it does."""
        if self._published < self._read:
            return "publish"
        if self._awaits_redis and self._read < self._written:
            return "answer"
        return "read" if self._read < self._written else "write"

    def route(self, channel: Channel) -> Route:
        """Whose messages are for gateways."""

        def compose(row: Row) -> Sequence[bytes]:
            self.read(row)
            return [json.dumps({"canary": row.key, "at": row.at}).encode()]

        def announce(epoch: str) -> bytes:
            return json.dumps({"canary": None, "epoch": epoch}).encode()

        return Route(CANARY_MODEL, Format(compose, announce), channel)


def _number(key: str | None) -> int:
    return int(key) if key is not None and key.isdecimal() and len(key) < 20 else 0
