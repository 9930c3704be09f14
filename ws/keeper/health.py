"""How a keeper is: what it says beside its workers."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ws.health.standing import Standing


class KeeperHealth(Collector):
    """Of one that is to have so many workers."""

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def standing(self) -> Standing:
        """Its workers' says it all."""
        return Standing()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily("rowcast_gateway_workers", "How many workers there are to be.", self._workers)
