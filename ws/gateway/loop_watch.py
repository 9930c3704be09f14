"""Whether the loop moves, and how late it is: a tick that looks at the clock."""

import asyncio
from collections.abc import Callable
from time import monotonic

from ws.gateway.traffic import Lateness
from ws.health.standing import Pulse

TICK_SECONDS = 0.1
STILL_SECONDS_AT_MOST = 10.0
"""A loop that has not turned for so long is not alive."""


class LoopWatch:
    """Of the running loop, from its making on."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._loop = asyncio.get_running_loop()
        self._clock = clock
        self.pulse = Pulse(clock, STILL_SECONDS_AT_MOST)
        self.lateness = Lateness()
        self._due = clock()
        self._tick()

    def _tick(self) -> None:
        now = self._clock()
        self.lateness.note(max(0.0, now - self._due))
        self.pulse.move()
        self._due = now + TICK_SECONDS
        self._loop.call_later(TICK_SECONDS, self._tick)
