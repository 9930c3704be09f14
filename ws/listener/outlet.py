"""The listener's end of Redis: a batch of messages becomes PUBLISHes and one kept last message, in one transaction."""

from collections.abc import Sequence

import redis

from ws.listener.link import Link
from ws.settings import WsSettings
from ws.wire.channels import Channel


class Outlet:
    """Publishes on one channel. Makes its connection when it is first needed, and again after a failure."""

    def __init__(self, settings: WsSettings, channel: Channel) -> None:
        self._channel = channel
        self._expire_seconds = settings.expire_seconds
        self._link = Link(settings)

    def connect(self) -> None:
        """Make the connection if there is none that is alive. Raises NotPublishedError."""
        self._link.connect()

    def publish(self, messages: Sequence[bytes]) -> None:
        """Publish all of these, in this order, and keep the last: all or nothing.

        Raises NotPublishedError, OutcomeUnknownError.
        """
        self._link.call(lambda client: self._publish(client, messages))

    def _publish(self, client: redis.Redis, messages: Sequence[bytes]) -> None:
        pipeline = client.pipeline(transaction=True)
        for message in messages:
            pipeline.publish(self._channel, message)
        if self._expire_seconds > 0:
            pipeline.set(self._channel, messages[-1], ex=self._expire_seconds)
        pipeline.execute()

    def close(self) -> None:
        self._link.close()
