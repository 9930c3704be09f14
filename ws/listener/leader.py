"""The listener that holds LEADER: it carries, sleeps while there is nothing to carry, and wakes at a ring.

What it does next is thought out in `doorbell`; here it is done.
"""

from collections.abc import Callable, Mapping
from select import select
from time import monotonic
from typing import Any

from ws.listener.carrier import Carrier
from ws.listener.database import Database
from ws.listener.doorbell import START, Cause, Crowd, Drain, Fence, Pause, Sleep, Step, Still, Take, Wait, Wake
from ws.listener.log_observations import AsleepHeld, FoundByPoll, Rang, Woke
from ws.listener.notifications import HEARTBEAT_SECONDS
from ws.listener.session import Session
from ws.listener.stop import StopSignal
from ws.observation import Observe

LONGEST_WAIT_SECONDS = 1.0
"""Then it is looked whether a heartbeat is due."""


class Leader:
    """Over sessions of its own; `beat` keeps it known to be alive."""

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        database: Database,
        ear: Session,
        carrier: Carrier,
        *,
        observe: Observe,
        stop: StopSignal,
        beat: Callable[[], None],
    ) -> None:
        self._locks = database.locks
        self._guard = database.guard
        self._ear = ear
        self._carrier = carrier
        self._observe = observe
        self._stop = stop
        self._beat = beat
        self._actions: Mapping[type[Step], Callable[[Any], Step]] = {
            Drain: lambda step: step.drained(carrier.drain(), monotonic()),
            Take: lambda step: step.taken(is_ours=self._locks.take_asleep()),
            Fence: lambda step: step.drawn(self._locks.fence()),
            Still: lambda step: step.found(self._locks.fence()),
            Crowd: lambda step: step.seen(self._locks.fence()),
            Wait: self._wait,
            Wake: self._wake,
            Sleep: self._sleep,
        }

    def run(self) -> None:
        """Until the stop. Raises psycopg2.Error, and what the carrier raises."""
        step: Step = START
        while not self._stop.is_set:
            step = self._actions[type(step)](step)
            self._beat()
        self._locks.give_asleep_back()

    def _wait(self, step: Wait) -> Step:
        if step.is_blocked and (holder := self._locks.asleep_holder()):
            self._observe(AsleepHeld(*holder))
        rang = self._wait_for_ring(step.seconds)
        return step.waited(rang=rang or (step.pause is Pause.RING_DUE and self._has_rung()))

    def _has_rung(self) -> bool:
        """Whether a ring is on its way: PostgreSQL sends it before it answers; unasked, when it comes to run."""
        self._ear.ask("SELECT 1")
        return bool(self._ear.poll())

    def _wake(self, step: Wake) -> Step:
        self._observe(FoundByPoll() if step.cause is Cause.POLL else Woke(step.cause.value))
        self._locks.give_asleep_back()
        return step.woken()

    def _sleep(self, step: Sleep) -> Step:
        """The safety poll is the reading session's heartbeat."""
        if rang := self._wait_for_ring(HEARTBEAT_SECONDS):
            self._observe(Rang())
        return step.slept(rang=rang, found=not rang and not self._stop.is_set and self._carrier.has_unread())

    def _wait_for_ring(self, seconds: float) -> bool:
        """Whether one came in that time; a stop, or the end of a session, cuts it short."""
        deadline = monotonic() + seconds
        while not (rang := bool(self._ear.poll())) and not self._stop.is_set and (rest := deadline - monotonic()) > 0:
            self._guard.poll()
            sources = [self._ear.fileno(), self._guard.fileno(), self._stop.fileno()]
            select(sources, [], [], min(rest, LONGEST_WAIT_SECONDS))
            self._beat()
        return rang
