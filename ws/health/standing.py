"""How a process is at one moment, in reasons. Pure."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """No reason: all is well."""

    unhealthy: tuple[str, ...] = ()
    """Why it does not move: nothing but a new start helps."""
    unready: tuple[str, ...] = ()
    """Why nobody should be sent there now."""


class Pulse:
    """When a thread, or a loop, was last seen to move. It says so itself; anybody may look."""

    def __init__(self, clock: Callable[[], float], still_seconds_at_most: float) -> None:
        self._clock = clock
        self._still_seconds_at_most = still_seconds_at_most
        self.moved_at = clock()

    def move(self) -> None:
        """To be called by what moves."""
        self.moved_at = self._clock()

    def still_seconds(self) -> float:
        """For how long it has not moved."""
        return max(0.0, self._clock() - self.moved_at)

    def troubles(self, what: str) -> tuple[str, ...]:
        """`what` has not moved for too long; or nothing."""
        seconds = self.still_seconds()
        return (f"{what} has not moved for {seconds:.0f} s",) if seconds > self._still_seconds_at_most else ()
