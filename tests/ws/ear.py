"""Hears what is published, so that a test can say what was, and that nothing else was."""

from types import TracebackType
from typing import Self

import redis

ANSWER_SECONDS = 15.0


class Ear:
    """Of all channels behind a prefix."""

    def __init__(self, client: redis.Redis, prefix: str) -> None:
        self._client = client
        self._opening = f"{prefix}:"
        self._subscription = client.pubsub()  # type: ignore[no-untyped-call]

    def __enter__(self) -> Self:
        self._subscription.psubscribe(f"{self._opening}*")
        self._next()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._subscription.close()

    def heard(self) -> list[tuple[str, str]]:
        """Channels without the prefix, and messages, in their order, since it was last asked."""
        self._client.publish(f"{self._opening}asked", "")
        found = []
        while (message := self._next()) != ("asked", ""):
            found.append(message)
        return found

    def wait(self) -> tuple[str, str]:
        """The next that comes."""
        return self._next()

    def _next(self) -> tuple[str, str]:
        message = self._subscription.get_message(timeout=ANSWER_SECONDS)
        assert message is not None, "nothing is heard"
        if message["type"] == "psubscribe":
            return "", ""
        return message["channel"].decode().removeprefix(self._opening), message["data"].decode()
