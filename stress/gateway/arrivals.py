"""When each delivery came, and how long after its message was published. Pure: times are arguments."""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass


class Arrivals:
    """In the order in which they came; a client's messages come in order."""

    def __init__(self) -> None:
        self._places = array("L")
        self._counts = array("L")
        self._times = array("d")

    def add(self, place: int, new: int, at: float) -> None:
        """The `new` messages before this place in the stream."""
        self._places.append(place)
        self._counts.append(new)
        self._times.append(at)

    @property
    def seconds(self) -> float:
        """From the first to the last."""
        return self._times[-1] - self._times[0] if self._times else 0.0

    def latencies(self, published: Sequence[float]) -> "array[float]":
        """Of all, in ascending order; `published` says when each message of the stream was."""
        found = array("d")
        for place, new, at in zip(self._places, self._counts, self._times, strict=True):
            found.extend(at - when for when in published[place - new : place])
        return array("d", sorted(found))


@dataclass(frozen=True, slots=True)
class Latency:
    """In seconds."""

    median: float
    p99: float
    greatest: float

    def __str__(self) -> str:
        return (
            f"median {self.median * 1000:.1f} ms, p99 {self.p99 * 1000:.1f} ms, greatest {self.greatest * 1000:.1f} ms"
        )


def latency(ascending: Sequence[float]) -> Latency:
    """Of one or more."""
    return Latency(quantile(ascending, 0.5), quantile(ascending, 0.99), ascending[-1])


def quantile(ascending: Sequence[float], share: float) -> float:
    """The least value that is not exceeded by this share of them."""
    return ascending[min(len(ascending) - 1, max(0, math.ceil(share * len(ascending)) - 1))]
