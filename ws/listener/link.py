"""The listener's connection to Redis's master: made when it is first needed, and again after a failure.

Promise: who calls is told whether nothing was done, or whether that is not known. Nothing is tried twice by itself.
"""

from collections.abc import Callable
from typing import TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ws.redis_master import master
from ws.settings import WsSettings

ANSWER_SECONDS = 5.0

Answer = TypeVar("Answer")


class NotPublishedError(Exception):
    """Nothing of the batch was published; it may be sent again."""


class OutcomeUnknownError(Exception):
    """The connection broke before the answer: the batch may have been published."""


class Link:
    """One connection, for one thread."""

    def __init__(self, settings: WsSettings) -> None:
        self._settings = settings
        self._client: redis.Redis | None = None

    def connect(self) -> redis.Redis:
        """The client, with a connection that was alive a moment ago. Raises NotPublishedError."""
        try:
            if self._client is None:
                self._client = self._make_client()
            pool = self._client.connection_pool
            pool.release(pool.get_connection())
        except (redis.RedisError, OSError) as error:
            self.close()
            raise NotPublishedError(describe(error)) from error
        return self._client

    def call(self, ask: Callable[[redis.Redis], Answer]) -> Answer:
        """Ask once. Raises NotPublishedError, OutcomeUnknownError; then the next call finds the master anew."""
        client = self.connect()
        try:
            return ask(client)
        except (redis.ResponseError, redis.exceptions.BusyLoadingError) as error:
            self.close()
            raise NotPublishedError(describe(error)) from error
        except (redis.RedisError, OSError) as error:
            self.close()
            raise OutcomeUnknownError(describe(error)) from error

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _make_client(self) -> redis.Redis:
        """redis-py would try ten times by itself, for many seconds, and its retry could publish twice."""
        return redis.Redis(
            **{
                "socket_timeout": ANSWER_SECONDS,
                "socket_connect_timeout": ANSWER_SECONDS,
                **master(self._settings.connection, self._settings.prefix),
                "decode_responses": False,
                "health_check_interval": 0,
                "protocol": 2,
                "retry": Retry(NoBackoff(), 0),
            }
        )


def describe(error: BaseException) -> str:
    """An error's text, or its name where it has none."""
    return str(error) or type(error).__name__
