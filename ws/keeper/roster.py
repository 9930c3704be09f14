"""Who stands in which place, who is to follow, and what is to be done about it. Pure: time and chance are arguments.

In: what happens to workers, and what the operator asks for. Out: orders. While it runs every place has a worker, or one
that starts, or a time at which one will.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from ws.backoff import backoff_seconds

START_SECONDS = 60.0
END_SECONDS = 15.0
"""More than a worker says that it needs: on a busy machine the end of thousands of clients takes a while."""
STEADY_SECONDS = 30.0
"""A worker that ran for so long had started well: its successor does not wait longer than the first time."""


@dataclass(slots=True, eq=False)
class Worker:
    """One process."""

    place: int
    is_to_check: bool = False
    pid: int = 0
    ready_at: float | None = None
    is_leaving: bool = False
    drain_seconds: float = 0.0
    """How long its clients' end takes it, by its settings."""
    deadline: float = 0.0
    """By when it is to be ready, or to have ended."""

    def __str__(self) -> str:
        return f"worker {self.place} ({self.pid})"


class Verb(Enum):
    """What an order is about."""

    START = "start"
    DRAIN = "drain"
    KILL = "kill"
    SAY_READY = "say that all are ready"
    SAY_REPLACED = "say that a place is taken again"
    SAY_LOST = "say that a place is empty"
    SAY_RELOADING = "say that new ones are started"
    SAY_RELOADED = "say that they have taken over"
    SAY_RELOAD_FAILED = "say that one of them did not start"
    FAIL = "end, because one did not start"


@dataclass(frozen=True, slots=True)
class Order:
    """One thing to do."""

    verb: Verb
    worker: Worker | None = None
    seconds: float = 0.0


Orders = list[Order]


class Phase(Enum):
    """Of the keeper's."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"


@dataclass(slots=True)
class _Place:
    """Its worker, if it has one; its next one, during a reload."""

    worker: Worker | None = None
    successor: Worker | None = None
    retry_at: float | None = None
    attempts: int = 0


@dataclass(slots=True)
class Roster:
    """Of one keeper. Each method says what happened, and returns what is to be done."""

    number: int
    phase: Phase = Phase.STARTING
    leaving: set[Worker] = field(default_factory=set)
    _places: dict[int, _Place] = field(default_factory=dict)
    _is_reloading: bool = False
    _is_asked_again: bool = False

    def begin(self, now: float) -> Orders:
        """Start them all."""
        self._places = {place: _Place() for place in range(1, self.number + 1)}
        return [self._start(place, now) for place in self._places]

    def reload(self, now: float) -> Orders:
        """Replace them all. While that is going on it is done once more afterwards: the code may have changed."""
        if self.phase is not Phase.RUNNING or self._is_reloading:
            self._is_asked_again = True
            return []
        self._is_reloading, self._is_asked_again = True, False
        orders = [Order(Verb.SAY_RELOADING)]
        for number, place in self._places.items():
            place.successor = Worker(number, is_to_check=number == 1, deadline=now + START_SECONDS)
            orders.append(Order(Verb.START, place.successor))
        return orders

    def stop(self, now: float) -> Orders:
        """End them all."""
        self.phase = Phase.STOPPING
        orders = []
        for place in self._places.values():
            orders += [self._drain(worker, now) for worker in (place.worker, place.successor) if worker is not None]
            place.worker = place.successor = place.retry_at = None
        return orders

    def ready(self, worker: Worker, now: float) -> Orders:
        """It accepts clients."""
        worker.ready_at = now
        place = self._places[worker.place]
        if worker.is_leaving:
            return []
        if worker is place.successor:
            return self._take_over(now)
        if self.phase is Phase.RUNNING:
            return [Order(Verb.SAY_REPLACED, worker)]
        if not all(each.worker and each.worker.ready_at is not None for each in self._places.values()):
            return []
        self.phase = Phase.RUNNING
        return [Order(Verb.SAY_READY), *(self.reload(now) if self._is_asked_again else [])]

    def left(self, worker: Worker, now: float, chance: float) -> Orders:
        """It accepts nobody any more, or has ended: unasked, unless it is leaving."""
        if worker.is_leaving:
            return []
        place = self._places[worker.place]
        if worker is place.successor:
            return self._give_up(worker, now)
        if self.phase is Phase.STARTING:
            return [Order(Verb.FAIL, worker), *self.stop(now)]
        steady = worker.ready_at is not None and now - worker.ready_at >= STEADY_SECONDS
        place.attempts = 1 if steady else place.attempts + 1
        seconds = backoff_seconds(place.attempts, chance)
        place.worker, place.retry_at = None, now + seconds
        self._part(worker, now)
        return [Order(Verb.SAY_LOST, worker, seconds)]

    def ended(self, worker: Worker, now: float, chance: float) -> Orders:
        """Its process is no more."""
        orders = self.left(worker, now, chance)
        self.leaving.discard(worker)
        return orders

    def due(self, now: float) -> Orders:
        """Start those whose time has come; kill those whose time is over."""
        orders = []
        for number, place in self._places.items():
            if place.retry_at is not None and place.retry_at <= now:
                orders.append(self._start(number, now))
        for worker in self._awaited():
            if worker.deadline <= now:
                seconds = worker.drain_seconds + END_SECONDS if worker.is_leaving else START_SECONDS
                worker.deadline = now + END_SECONDS
                orders.append(Order(Verb.KILL, worker, seconds))
        return orders

    def next_at(self) -> float | None:
        """When something is due; None: never, as it is."""
        moments = [place.retry_at for place in self._places.values() if place.retry_at is not None]
        return min([*moments, *(worker.deadline for worker in self._awaited())], default=None)

    def workers(self) -> list[Worker]:
        """Those that accept clients, or are to."""
        return [place.worker for place in self._places.values() if place.worker is not None]

    def _awaited(self) -> Iterator[Worker]:
        """Those that are to be ready, or to end."""
        yield from self.leaving
        for place in self._places.values():
            for worker in (place.worker, place.successor):
                if worker is not None and worker.ready_at is None:
                    yield worker

    def _start(self, place: int, now: float) -> Order:
        worker = Worker(place, deadline=now + START_SECONDS)
        self._places[place].worker, self._places[place].retry_at = worker, None
        return Order(Verb.START, worker)

    def _drain(self, worker: Worker, now: float) -> Order:
        self._part(worker, now)
        return Order(Verb.DRAIN, worker)

    def _part(self, worker: Worker, now: float) -> None:
        worker.is_leaving = True
        worker.deadline = now + worker.drain_seconds + END_SECONDS
        self.leaving.add(worker)

    def _take_over(self, now: float) -> Orders:
        """If all of the new ones are ready."""
        places = self._places.values()
        if not all(place.successor and place.successor.ready_at is not None for place in places):
            return []
        orders = [Order(Verb.SAY_RELOADED)]
        for place in places:
            before, place.worker, place.successor, place.retry_at = place.worker, place.successor, None, None
            if before is not None:
                orders.append(self._drain(before, now))
        return [*orders, *self._reloaded(now)]

    def _give_up(self, failed: Worker, now: float) -> Orders:
        orders = [Order(Verb.SAY_RELOAD_FAILED, failed)]
        self._part(failed, now)
        for place in self._places.values():
            successor, place.successor = place.successor, None
            if successor is not None and successor is not failed:
                orders.append(self._drain(successor, now))
        return [*orders, *self._reloaded(now)]

    def _reloaded(self, now: float) -> Orders:
        self._is_reloading = False
        return self.reload(now) if self._is_asked_again else []
