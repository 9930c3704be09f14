"""What all clients together have met. Pure."""

from collections import Counter
from dataclasses import dataclass, field

FAULTS_AT_MOST = 20
"""So many are kept in words; all are counted."""


@dataclass(slots=True)
class Tally:
    """Grows while the test runs."""

    connections: int = 0
    """That were answered with 101."""
    told: int = 0
    """Times that a client was told to reconnect (1012)."""
    reconnects: int = 0
    """Times that one that was told was served again."""
    refused: Counter[str] = field(default_factory=Counter)
    """Why somebody was not let in, and how often."""
    unsaid: Counter[str] = field(default_factory=Counter)
    """How connections ended otherwise than by being told."""
    messages: int = 0
    refetched: int = 0
    """Messages that were published while a client was away, which it would refetch."""
    slowest: float = 0.0
    """Seconds from being told to being served again."""
    slowest_entry: float = 0.0
    """Seconds from being told to the 101."""
    faults: list[str] = field(default_factory=list)
    faults_in_all: int = 0

    def fault(self, text: str) -> None:
        self.faults_in_all += 1
        if len(self.faults) < FAULTS_AT_MOST:
            self.faults.append(text)

    def opened(self, seconds: float | None) -> None:
        """A client is let in; so long after it was told, unless it is its first connection."""
        self.connections += 1
        self.slowest_entry = max(self.slowest_entry, seconds or 0.0)

    def served(self, seconds: float | None) -> None:
        """A client is served; so long after it was told, unless it is its first connection."""
        if seconds is not None:
            self.reconnects += 1
            self.slowest = max(self.slowest, seconds)
