"""How fast a client's frames are read: so many a second, and more at once after a silence. Pure.

Whoever sends faster is read later, and its own system holds back the rest; nothing is dropped. The generic cell rate
algorithm (ITU-T I.371), which keeps one number for each client.
"""

BURST_SECONDS = 10.0
"""After so long a silence, as many frames are read at once as are due in this time."""


def read_until(until: float, now: float, frames: int, per_second: float) -> float:
    """When the next may be read, of a client for which that was `until` before these were read. In seconds."""
    return max(until, now - BURST_SECONDS) + frames / per_second
