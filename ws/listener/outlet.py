"""The listener's end of Redis: a batch of messages becomes PUBLISHes and one kept last message, in one transaction."""

from collections.abc import Sequence

from redis.exceptions import ResponseError

from ws.listener.link import Link, OutcomeUnknownError, Word
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
        commands: list[tuple[Word, ...]] = [("PUBLISH", self._channel, message) for message in messages]
        if self._expire_seconds > 0:
            commands.append(("SET", self._channel, messages[-1], "EX", self._expire_seconds))
        *_, done = self._link.call_all([("MULTI",), *commands, ("EXEC",)])
        for answer in done:
            if isinstance(answer, ResponseError):  # a transaction of Redis's takes nothing back
                raise OutcomeUnknownError(f"part of it was done: {answer}")

    def close(self) -> None:
        self._link.close()
