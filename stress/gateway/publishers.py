"""How messages reach a server: each peer's own way, from a process that is not the server's."""

from collections.abc import Callable, Sequence
from typing import Protocol

import redis

from stress.gateway.messages import FACILITY
from stress.gateway.site import Site

PREFIX = "rodan"
CHANNEL = f"{PREFIX}:broadcast:{FACILITY}"


class Publisher(Protocol):
    """Tells the server's clients."""

    def publish(self, texts: Sequence[bytes]) -> None:
        """In this order, as fast as it goes."""
        ...

    def close(self) -> None: ...


Publishing = Callable[[Site], Publisher]


class RedisPublisher:
    """PUBLISH, as ws4redis's publisher does."""

    def __init__(self, site: Site) -> None:
        self._redis = redis.Redis.from_url(site.redis_url)

    def publish(self, texts: Sequence[bytes]) -> None:
        commands = self._redis.pipeline(transaction=False)
        for text in texts:
            commands.publish(CHANNEL, text)
        commands.execute()

    def close(self) -> None:
        self._redis.close()
