"""How often each kind of observation was made: beside the log, the other reader of them."""

from collections import Counter
from collections.abc import Iterator
from logging import getLevelName
from threading import Lock

from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from ws.observation import Observation, Observe

_Kind = tuple[str, str]
"""Name and level."""


class ObservationCounts(Collector):
    """Of one process, `gateway` or `listener`, whose kinds of observations are those of these packages.

    All of them are there from the start, at 0: what appears with its first value has no rise that can be seen.
    """

    def __init__(self, process: str, *packages: str) -> None:
        self._process = process
        self._packages = packages
        self._counts: Counter[_Kind] = Counter()
        self._lock = Lock()

    def __call__(self, observation: Observation) -> None:
        """From any thread."""
        with self._lock:
            self._counts[_kind(type(observation))] += 1

    def collect(self) -> Iterator[CounterMetricFamily]:
        family = CounterMetricFamily(
            f"rowcast_{self._process}_observations",
            "What was dropped, refused, retried, closed early or otherwise worth noticing, by kind, as in the log.",
            labels=["kind", "level"],
        )
        known = {_kind(leaf) for leaf in _leaves(Observation) if leaf.__module__.startswith(self._packages)}
        with self._lock:
            counts = Counter(self._counts)
        for kind in sorted(known | set(counts)):
            family.add_metric(kind, counts[kind])
        yield family


def _kind(of: type[Observation]) -> _Kind:
    """By name: a dataclass with slots leaves its first form behind, which is another class."""
    return of.__name__, getLevelName(of.level).lower()


def both(*readers: Observe) -> Observe:
    """All of these read."""

    def observe(observation: Observation) -> None:
        for reader in readers:
            reader(observation)

    return observe


def _leaves(kind: type[Observation]) -> Iterator[type[Observation]]:
    below = kind.__subclasses__()
    if not below:
        yield kind
    for each in below:
        yield from _leaves(each)
