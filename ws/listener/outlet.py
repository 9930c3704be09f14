"""The listener's end of Redis: a batch of messages becomes PUBLISHes and one kept last message, in one transaction."""

from collections.abc import Sequence

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ws.settings import WsSettings
from ws.wire.channels import Channel

ANSWER_SECONDS = 5.0


class NotPublishedError(Exception):
    """Nothing of the batch was published; it may be sent again."""


class OutcomeUnknownError(Exception):
    """The connection broke before the answer: the batch may have been published."""


class Outlet:
    """Publishes on one channel. Makes its connection when it is first needed, and again after a failure."""

    def __init__(self, settings: WsSettings, channel: Channel) -> None:
        self._channel = channel
        self._expire_seconds = settings.expire_seconds
        # redis-py would try ten times by itself, for many seconds, and its retry could publish twice.
        self._client = redis.Redis(
            **{
                "socket_timeout": ANSWER_SECONDS,
                "socket_connect_timeout": ANSWER_SECONDS,
                **settings.connection,
                "decode_responses": False,
                "retry": Retry(NoBackoff(), 0),
            }
        )

    def connect(self) -> None:
        """Make the connection if there is none that is alive. Raises NotPublishedError."""
        try:
            pool = self._client.connection_pool
            pool.release(pool.get_connection())
        except (redis.RedisError, OSError) as error:
            raise NotPublishedError(describe(error)) from error

    def publish(self, messages: Sequence[bytes]) -> None:
        """Publish all of these, in this order, and keep the last: all or nothing.

        Raises NotPublishedError, OutcomeUnknownError.
        """
        self.connect()
        pipeline = self._client.pipeline(transaction=True)
        for message in messages:
            pipeline.publish(self._channel, message)
        if self._expire_seconds > 0:
            pipeline.set(self._channel, messages[-1], ex=self._expire_seconds)
        try:
            pipeline.execute()
        except (redis.ResponseError, redis.exceptions.BusyLoadingError) as error:
            self._client.connection_pool.disconnect()
            raise NotPublishedError(describe(error)) from error
        except (redis.RedisError, OSError) as error:
            raise OutcomeUnknownError(describe(error)) from error

    def close(self) -> None:
        self._client.close()


def describe(error: BaseException) -> str:
    """An error's text, or its name where it has none."""
    return str(error) or type(error).__name__
