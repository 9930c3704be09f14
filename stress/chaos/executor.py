"""Does the faults of a schedule, one after the other, some beside each other, and sees the pipeline heal."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from stress.chaos.faults import Fault, Kind, Target
from stress.chaos.strikes import Site, Undo, is_provoked
from stress.chaos.wire import Meeting

CATCH_SECONDS = 6.0
"""So long a trap waits for its step; then the fault happens all the same."""
HEAL_SECONDS = 90.0
LOOK_SECONDS = 0.02


class StalledError(Exception):
    """Everything is up again, and no message arrives."""


class Executor:
    """`heard` counts what a client has heard; `say` is told each fault."""

    def __init__(self, site: Site, heard: Callable[[], int], say: Callable[[str], None]) -> None:
        self._site = site
        self._heard = heard
        self._say = say
        self._busy = {target: asyncio.Lock() for target in Target}
        self._running: dict[asyncio.Task[None], Fault] = {}
        self.done: Counter[tuple[Kind, Target]] = Counter()
        self.caught: Counter[str] = Counter()
        """How many sat at each named step."""
        self.missed = 0
        self.heal_seconds: defaultdict[tuple[Kind, Target], list[float]] = defaultdict(list)

    @property
    def active(self) -> Sequence[Fault]:
        """What is being done, or healing."""
        return list(self._running.values())

    @property
    def causes(self) -> Sequence[str]:
        """What is being done, or healing, by name."""
        provoked = [f"before {fault.moment.step.value}" for fault in self.active if fault.moment and is_provoked(fault)]
        return [*(fault.name for fault in self.active), *provoked]

    async def run(self, faults: Sequence[Fault], deadline: float) -> bool:
        """Whether all of them were done before the deadline. Raises StalledError, ServerError."""
        for fault in faults:
            if not fault.overlaps:
                await self._heal()
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(fault.pause)
            self._running[asyncio.create_task(self._do(fault))] = fault
        await self._heal()
        return True

    async def _heal(self) -> None:
        """Wait until what was done is undone, and messages come again."""
        if not self._running:
            return
        await asyncio.gather(*self._running)
        before, began = self._heard(), time.monotonic()
        while self._heard() == before:
            if time.monotonic() - began > HEAL_SECONDS:
                raise StalledError(f"{HEAL_SECONDS:.0f} s after {'; '.join(map(str, self.active))}")
            await asyncio.sleep(LOOK_SECONDS)
        for fault in self.active:
            self.heal_seconds[fault.kind, fault.target].append(time.monotonic() - began)
        self._running.clear()

    async def _do(self, fault: Fault) -> None:
        async with self._busy[fault.target]:
            undo = await (self._strike(fault) if fault.moment is None else self._strike_at_moment(fault))
            self._say(str(fault))
            await asyncio.sleep(fault.seconds)
            await undo()
        self.done[fault.kind, fault.target] += 1

    async def _strike(self, fault: Fault) -> Undo:
        return await self._site.strike(fault, self._site.traps.leader, None)

    async def _strike_at_moment(self, fault: Fault) -> Undo:
        assert fault.moment is not None
        undo: Undo | None = None

        async def spring(meeting: Meeting) -> None:
            nonlocal undo
            if fault.passes:
                await meeting.deliver()
            undo = await self._site.strike(fault, meeting.wire.process, meeting)
            if fault.kind is Kind.KILL and not fault.passes and fault.target in {Target.LISTENER, meeting.wire.target}:
                meeting.connection.cut()  # with whom was killed; no other connection is to suffer

        catching = asyncio.create_task(self._site.traps.catch(fault.moment, spring, CATCH_SECONDS))
        await self._site.provoke(fault.moment.step)
        if await catching and undo is not None:
            self.caught[str(fault.moment)] += 1
            return undo
        self.missed += 1
        return await self._strike(fault)
