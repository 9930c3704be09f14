"""What a process says of itself, where it is asked directly."""

from typing import Protocol

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.registry import Collector

from ws.health.standing import Standing


class Subject(Collector, Protocol):
    """A process of ours, as it is seen here: looked at from another thread than its own."""

    def standing(self) -> Standing: ...


class Own:
    """Its standing, and its metrics with those of these collectors and of the operating system."""

    def __init__(self, subject: Subject, *others: Collector) -> None:
        self._subject = subject
        self._registry = CollectorRegistry()
        for collector in (subject, *others):
            self._registry.register(collector)
        ProcessCollector(registry=self._registry)

    async def standing(self) -> Standing:
        return self._subject.standing()

    async def metrics(self) -> bytes:
        return generate_latest(self._registry)
