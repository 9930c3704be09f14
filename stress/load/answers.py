"""A client's own messages and the heartbeats that answer them, oldest first. Pure."""

from collections import deque


class Answers:
    """Counts; a heartbeat that comes while nothing is asked is an idle one, and counts for nothing."""

    def __init__(self) -> None:
        self._open: deque[float] = deque()
        self.asked = 0
        self.longest_seconds = 0.0

    @property
    def outstanding(self) -> int:
        """How many messages have had no answer yet."""
        return len(self._open)

    def ask(self, now: float) -> None:
        self._open.append(now)
        self.asked += 1

    def hear(self, now: float) -> None:
        """A heartbeat came."""
        if self._open:
            self.longest_seconds = max(self.longest_seconds, now - self._open.popleft())
