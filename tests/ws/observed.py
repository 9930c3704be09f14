"""What a process of ours observed, to wait for."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from ws.observation import Observation, Observe

OBSERVATION_SECONDS = 20.0
Kind = TypeVar("Kind", bound=Observation)


class Observed:
    """An `Observe` that keeps all it is told, from any thread."""

    def __init__(self) -> None:
        self._all: list[Observation] = []
        self._news = threading.Condition()
        self._reader: Observe = lambda _: None

    def __call__(self, observation: Observation) -> None:
        with self._news:
            self._all.append(observation)
            self._reader(observation)
            self._news.notify_all()

    def tell(self, reader: Observe) -> None:
        """Everything, what was observed before too, to this reader."""
        with self._news:
            self._reader = reader
            for observation in self._all:
                reader(observation)

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Those of this kind, in their order."""
        return [observation for observation in self._all if isinstance(observation, kind)]

    def wait_for(self, kind: type[Kind], *, times: int = 1) -> Kind:
        """The observation of this kind, once there are so many."""
        with self._news:
            seen = self._news.wait_for(lambda: len(self.of(kind)) >= times, OBSERVATION_SECONDS)
            assert seen, f"no {kind.__name__} in {self._all}"
            return self.of(kind)[times - 1]


def wait_until(condition: Callable[[], bool]) -> None:
    """Ask a server again and again until it says yes."""
    deadline = time.monotonic() + OBSERVATION_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "did not become true in time"
