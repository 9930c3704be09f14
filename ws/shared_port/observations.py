"""Everything worth noticing where site and gateway share a port."""

import logging
from dataclasses import dataclass
from typing import ClassVar

from ws.gateway.observations import RedisLost, RedisRegained
from ws.observation import Observation, Observe


@dataclass(frozen=True, slots=True)
class AcceptFailed(Observation):
    """The system gives us no more connections for now."""

    level: ClassVar[int] = logging.ERROR
    error: str
    retry_seconds: float

    def __str__(self) -> str:
        return f"no connection can be accepted: {self.error}; next attempt in {self.retry_seconds:.1f} s"


@dataclass(frozen=True, slots=True)
class RedisAbsent(Observation):
    """The page is served; its WebSockets have nothing to tell."""

    level: ClassVar[int] = logging.ERROR
    redis: str
    error: str

    def __str__(self) -> str:
        return (
            f"Redis does not answer at {self.redis}: {self.error}. Pages are served, but no message reaches them until"
            " it does: start it, or set REDIS_URL (WS4REDIS_CONNECTION)."
        )


def told_once(observe: Observe, redis: str) -> Observe:
    """For a terminal that shows the site's requests: one line when Redis goes away, none for each further attempt."""
    is_absent = False

    def tell(observation: Observation) -> None:
        nonlocal is_absent
        was_absent = is_absent
        if isinstance(observation, RedisLost):
            is_absent = True
            observation = RedisAbsent(redis, observation.error)
        elif isinstance(observation, RedisRegained):
            is_absent = False
        if not (was_absent and is_absent and isinstance(observation, RedisAbsent)):
            observe(observation)

    return tell
