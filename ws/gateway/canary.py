"""Hears the canaries that the listener sends through all parts, as any client would, and finds when none comes. Pure.

It follows their channel, joins again where it is dismissed, and compares times by the clocks that it is given. Silence
is told once, with the hop as far as it can be known from here, and so is its end.
"""

import json
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Protocol

from ws.gateway.followed import Follower
from ws.gateway.frames import messages_in
from ws.gateway.hub import Followers
from ws.gateway.observations import CanaryHeard, CanarySilent
from ws.observation import Observe
from ws.wire.channels import Channel
from ws.wire.codes import Close

SILENT_TIMES = 3
"""So many times their distance without one is silence."""
LOOKS_BETWEEN = 4
"""So often it looks in the time between two."""


class Follows(Protocol):
    """The following, as we see it."""

    def join(self, client: Follower, channels: Collection[Channel]) -> None: ...
    def leave(self, client: Follower) -> None: ...
    def poll(self, channel: Channel) -> None:
        """Ask Redis whether there is one of which we heard nothing."""
        ...


class Redis(Protocol):
    """The feed, as we see it."""

    @property
    def is_connected(self) -> bool: ...
    def silent_seconds(self, now: float) -> float: ...


class Canary:
    """Of one gateway. A follower among others; `tick` is called a few times between two canaries."""

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        channel: Channel,
        seconds: float,
        following: Follows,
        redis: Redis,
        *,
        observe: Observe,
        today: Callable[[], datetime],
    ) -> None:
        self.said: bytes | None = None
        self.follows: tuple[Followers, ...] = ()
        self.joining = 0
        self.silent_seconds_at_most = SILENT_TIMES * seconds
        self.tick_seconds = seconds / LOOKS_BETWEEN
        self.was_heard = False
        """At least once."""
        self.delay_seconds = 0.0
        """From PostgreSQL's clock to ours, of the last one; clocks that differ make no negative one."""
        self._channel = channel
        self._following = following
        self._redis = redis
        self._observe = observe
        self._today = today
        self._is_new = False
        """One has come since the last tick."""
        self._heard_at: float | None = None
        self._asked_at: float | None = None
        self._silent_for = 0.0
        """It was told; 0: not."""

    def deliver(self, frames: bytes) -> None:
        """Where it joins, it is given the kept one, which may be of any age."""
        if self.joining:
            return
        *_, last = messages_in(frames)
        if (at := _written_at(last)) is not None:
            self._is_new, self.was_heard = True, True
            self.delay_seconds = max(0.0, (self._today() - at).total_seconds())

    def close(self, _: Close) -> None:
        """It joins again at the next tick."""
        self._following.leave(self)

    def beat(self, _: float) -> None:
        """It needs none."""

    def tick(self, now: float) -> None:
        """Look what came, and what did not; `now` is of the loop's clock."""
        if self._heard_at is None:
            self._heard_at = now
        if not self.follows:
            self._following.join(self, (self._channel,))
        if self._is_new:
            self._hear(now)
        elif self.age_seconds(now) > self.silent_seconds_at_most:
            self._tell(now)
        elif self._asked_at is None and self.age_seconds(now) > self.silent_seconds_at_most * 2 / 3:
            self._asked_at = now
            self._following.poll(self._channel)

    def age_seconds(self, now: float) -> float:
        """How long ago the last one came, or how long none has come since the start."""
        return 0.0 if self._heard_at is None else max(0.0, now - self._heard_at)

    @property
    def is_silent(self) -> bool:
        """It was told."""
        return self._silent_for > 0

    def _hear(self, now: float) -> None:
        self._is_new, self._heard_at, self._asked_at = False, now, None
        if self._silent_for:
            self._observe(CanaryHeard(self._silent_for))
            self._silent_for = 0.0

    def _tell(self, now: float) -> None:
        age = self.age_seconds(now)
        if not self._silent_for:
            self._observe(CanarySilent(age, self._hop(now)))
        self._silent_for = age

    def _hop(self, now: float) -> str:
        """Redis was asked a while ago: where it has answered since, it is not what is silent."""
        if not self._redis.is_connected:
            return "Redis is lost"
        asked_at = now if self._asked_at is None else self._asked_at
        if self._redis.silent_seconds(now) > now - asked_at:
            return "Redis does not answer over our connection"
        return "Redis answers, and has no new one: it is the listener, or what it waits for"


def _written_at(message: str | bytes) -> datetime | None:
    """None: it is no canary, but what an epoch begins with."""
    try:
        at = datetime.fromisoformat(json.loads(message)["at"])
    except (ValueError, KeyError, TypeError):
        return None
    return at.replace(tzinfo=at.tzinfo or UTC)
