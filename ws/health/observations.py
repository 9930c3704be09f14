"""Everything worth noticing about being watched."""

import logging
from dataclasses import dataclass
from typing import ClassVar

from ws.observation import Observation


@dataclass(frozen=True, slots=True)
class HealthServed(Observation):
    """Whoever watches this process may ask."""

    address: str

    def __str__(self) -> str:
        return f"health at {self.address}/healthz, /readyz and /metrics"


@dataclass(frozen=True, slots=True)
class ProbeDropped(Observation):
    """Somebody asked too slowly, too much, or beside too many others, and had no answer."""

    level: ClassVar[int] = logging.DEBUG
    why: str

    def __str__(self) -> str:
        return f"a question about our health was dropped: {self.why}"


@dataclass(frozen=True, slots=True)
class HealthUnknown(Observation):
    """A question about our health could not be answered: a defect of ours."""

    level: ClassVar[int] = logging.ERROR
    traceback: str

    def __str__(self) -> str:
        return f"it could not be said how we are:\n{self.traceback}"
