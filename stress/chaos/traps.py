"""What waits on the wires for a named step, and who was seen to lead."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from stress.chaos.steps import LEADING, Moment, Step
from stress.chaos.wire import Meeting

Spring = Callable[[Meeting], Awaitable[None]]
"""What a trap does; the step waits as long."""


class Traps:
    """One at most for each moment; each catches once."""

    def __init__(self) -> None:
        self._armed: dict[Moment, tuple[Spring, asyncio.Future[None]]] = {}
        self.leader = ""
        """The process that last did what only a leader does."""
        self.seen: Counter[Step] = Counter()

    async def meet(self, meeting: Meeting) -> None:
        """For the wires."""
        if not meeting.moment.at_answer:
            self.seen[meeting.moment.step] += 1
            if meeting.moment.step in LEADING:
                self.leader = meeting.wire.process
        if armed := self._armed.pop(meeting.moment, None):
            spring, sprung = armed
            try:
                await spring(meeting)
            finally:
                sprung.set_result(None)

    async def catch(self, moment: Moment, spring: Spring, seconds: float) -> bool:
        """Wait so long for a moment; whether it came. Returns when the trap has done its work."""
        sprung: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._armed[moment] = (spring, sprung)
        done, _ = await asyncio.wait({sprung}, timeout=seconds)
        if not done and self._armed.pop(moment, None) is None:
            await sprung
            return True
        return bool(done)
