"""How far the crowd is: what thor's workers tell, added up, and whether it still moves. Pure; see worker.cjs."""

import json
from dataclasses import dataclass, fields

PREFIX = "tally "
START_SECONDS = 60.0
"""So long thor itself may take until it begins a connection."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Connections of one worker, or of all."""

    begun: int = 0
    opened: int = 0
    answers: int = 0
    """Answers in all, the greeting included."""
    answered: int = 0
    """Connections that had as many answers as they sent messages."""
    unanswered: int = 0
    """Connections that opened, and ended before that."""
    refused: int = 0
    """Connections that ended without having opened."""
    over: int = 0
    """Connections that ended, however."""
    afterwards: int = 0
    """Messages that thor wrote to connections it had closed: its own fault, no failure."""

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Tally)))


class Crowd:
    """All workers' tallies, and when they last moved; `patience` is for how many seconds nothing may move.

    Before the first connection has begun it is not the server that is waited for, and the patience is greater.
    """

    def __init__(self, connections: int, patience: float, now: float) -> None:
        self._connections = connections
        self._patience = patience
        self._tallies: dict[str, Tally] = {}
        self._moved_at = now

    @property
    def tally(self) -> Tally:
        return sum(self._tallies.values(), Tally())

    @property
    def is_over(self) -> bool:
        """Whether every connection has ended. thor may go on counting for a while."""
        return self.tally.over >= self._connections

    def hear(self, line: str, now: float) -> bool:
        """Take a worker's line in; False if it is something else."""
        if not line.startswith(PREFIX):
            return False
        _, worker, text = line.split(" ", 2)
        tally = Tally(**json.loads(text))
        if tally != self._tallies.get(worker, Tally()):
            self._tallies[worker], self._moved_at = tally, now
        return True

    def moved(self, now: float) -> None:
        """Something else shows that it goes on."""
        self._moved_at = now

    def is_still(self, now: float) -> bool:
        """Whether nothing has moved for too long."""
        patience = self._patience if self.tally.begun else max(self._patience, START_SECONDS)
        return now - self._moved_at >= patience
