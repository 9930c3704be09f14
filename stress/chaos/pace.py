"""How fast is written. Pure: time is an argument."""

BURST_SECONDS = 1.0
"""What was not written in that time need not be made up for."""


class Pace:
    """So many changes a second, at most, but for a burst."""

    def __init__(self, changes_per_second: float, now: float) -> None:
        self._rate = changes_per_second
        self._free_at = now

    def wait_seconds(self, changes: int, now: float) -> float:
        """How long to wait, after so many."""
        self._free_at = max(self._free_at, now - BURST_SECONDS) + changes / self._rate
        return max(0.0, self._free_at - now)
