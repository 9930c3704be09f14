"""Messages on their way from PostgreSQL to Redis: first in, first out, bounded. Pure.

The bound keeps a promise to the application: the listener goes on reading notifications while Redis is away, because
PostgreSQL's own queue, once full, makes writers fail.
"""

from collections import deque
from collections.abc import Iterable

BYTES_AT_MOST = 64 * 1024 * 1024
BATCH_MESSAGES = 1000


class Backlog:
    """A queue of messages that gives them out in batches and drops the oldest past its bound."""

    def __init__(self, bytes_at_most: int = BYTES_AT_MOST) -> None:
        self._bytes_at_most = bytes_at_most
        self._messages: deque[bytes] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._messages)

    def add(self, messages: Iterable[bytes]) -> int:
        """Append these; the number of messages that were dropped for them."""
        for message in messages:
            self._messages.append(message)
            self._bytes += len(message)
        dropped = 0
        while self._bytes > self._bytes_at_most:
            self._bytes -= len(self._messages.popleft())
            dropped += 1
        return dropped

    def batch(self) -> list[bytes]:
        """The oldest messages, at most `BATCH_MESSAGES`; they stay until `forget`."""
        return [self._messages[index] for index in range(min(BATCH_MESSAGES, len(self._messages)))]

    def forget(self, count: int) -> None:
        """Drop the oldest `count`, which were published or must not be sent again."""
        for _ in range(count):
            self._bytes -= len(self._messages.popleft())
