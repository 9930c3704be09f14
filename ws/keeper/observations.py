"""Everything worth noticing in the keeper."""

import logging
from dataclasses import dataclass
from typing import ClassVar

from ws.observation import Observation


@dataclass(frozen=True, slots=True)
class Ready(Observation):
    """All workers accept clients."""

    address: str
    redis: str
    workers: int = 1

    def __str__(self) -> str:
        by = f", by {self.workers} workers" if self.workers > 1 else ""
        return f"ready at {self.address}, reading from {self.redis}{by}"


@dataclass(frozen=True, slots=True)
class WorkerLost(Observation):
    """A worker ended unasked, and its clients with it; another one takes its place."""

    level: ClassVar[int] = logging.ERROR
    place: int
    why: str
    retry_seconds: float

    def __str__(self) -> str:
        return f"worker {self.place} is lost, and started again in {self.retry_seconds:.1f} s: {self.why}"


@dataclass(frozen=True, slots=True)
class WorkerReplaced(Observation):
    """The place of a worker that was lost is taken again."""

    level: ClassVar[int] = logging.WARNING
    worker: str

    def __str__(self) -> str:
        return f"{self.worker} is ready"


@dataclass(frozen=True, slots=True)
class WorkerKilled(Observation):
    """A worker did not start or end in time."""

    level: ClassVar[int] = logging.ERROR
    worker: str
    seconds: float
    """Which it had."""

    def __str__(self) -> str:
        return f"{self.worker} was not done after {self.seconds:.0f} s, and is killed"


@dataclass(frozen=True, slots=True)
class Reloading(Observation):
    """New workers start, with the code and the settings as they are now; the old ones go on until those are ready."""

    workers: int

    def __str__(self) -> str:
        return f"{self.workers} new workers are started; the old ones go on until then"


@dataclass(frozen=True, slots=True)
class Reloaded(Observation):
    """The new workers accept clients; the old ones tell theirs to reconnect."""

    workers: str

    def __str__(self) -> str:
        return f"replaced: {self.workers} accept clients, and the old ones tell theirs to reconnect"


@dataclass(frozen=True, slots=True)
class ReloadFailed(Observation):
    """One of the new workers did not start: the old ones go on as if nothing had been asked."""

    level: ClassVar[int] = logging.ERROR
    place: int
    why: str

    def __str__(self) -> str:
        return f"the old workers go on, because the new worker {self.place} did not start: {self.why}"


@dataclass(frozen=True, slots=True)
class Stopping(Observation):
    """The addresses are given up."""

    def __str__(self) -> str:
        return "stopping: the workers tell their clients to reconnect"
