"""The newest message's number in Redis, and how long it takes until it has counted all that was changed."""

import time
from types import TracebackType
from typing import Self

import redis

from stress.writes.refusal import RefusedError
from ws.wire.channels import broadcast_channel, head_key

PREFIX = FACILITY = "rodan"
"""The reference site's."""
CHANNEL = broadcast_channel(PREFIX, FACILITY)
KEY = head_key(PREFIX, CHANNEL)
LOOK_SECONDS = 0.002
GIVE_UP_SECONDS = 300.0


class Head:
    """While entered, with a connection of its own."""

    def __init__(self, redis_url: str) -> None:
        self.client = redis.Redis.from_url(redis_url)
        self._epoch: str | None = None
        self._mark = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.client.close()

    def mark(self) -> None:
        """Count from here."""
        self._epoch, self._mark = self._read()

    def published(self) -> int:
        """Messages since the mark. Raises RefusedError where a new epoch has begun."""
        epoch, seq = self._read()
        if epoch != self._epoch:
            raise RefusedError(f"A new epoch began in the middle of a measurement: {self._epoch!r}, then {epoch!r}.")
        return seq - self._mark

    def wait_for(self, changes: int) -> float:
        """Seconds until so many were published since the mark. Raises RefusedError if it is never, or more were."""
        began = time.perf_counter()
        while (published := self.published()) < changes:
            if time.perf_counter() - began > GIVE_UP_SECONDS:
                raise RefusedError(f"{published} of {changes} changes were published within {GIVE_UP_SECONDS:.0f} s.")
            time.sleep(LOOK_SECONDS)
        if published > changes:
            raise RefusedError(f"{published} messages were published for {changes} changes.")
        return time.perf_counter() - began

    def has_moved(self, seconds: float) -> bool:
        """Whether it moves, in a new epoch or not, within this time."""
        deadline = time.perf_counter() + seconds
        while (is_still := self._read() == (self._epoch, self._mark)) and time.perf_counter() < deadline:
            time.sleep(LOOK_SECONDS)
        return not is_still

    def subscribed(self) -> "redis.client.PubSub":
        """To the channel; enter it."""
        ear: redis.client.PubSub = self.client.pubsub()  # type: ignore[no-untyped-call]
        ear.subscribe(CHANNEL)
        return ear

    def _read(self) -> tuple[str | None, int]:
        epoch, seq = self.client.hmget(KEY, ["epoch", "seq"])
        return (None, 0) if epoch is None or seq is None else (str(epoch), int(seq))
