"""Observations, counted."""

from prometheus_client import CollectorRegistry

from ws.gateway.observations import RedisLost, Stopped
from ws.health.counts import ObservationCounts, both
from ws.observation import Observation

NAME = "rowcast_gateway_observations_total"


def read(counts: ObservationCounts, kind: str, level: str) -> float | None:
    registry = CollectorRegistry()
    registry.register(counts)
    return registry.get_sample_value(NAME, {"kind": kind, "level": level})


def test_each_kind_is_counted() -> None:
    counts = ObservationCounts("gateway", "ws.gateway.")
    for _ in range(3):
        counts(RedisLost("gone", 1.0))
    counts(Stopped(0))
    assert read(counts, "RedisLost", "error") == 3
    assert read(counts, "Stopped", "info") == 1


def test_a_kind_that_was_not_met_is_there_at_0() -> None:
    assert read(ObservationCounts("gateway", "ws.gateway."), "SlowClientClosed", "warning") == 0


def test_kinds_of_other_packages_are_not_there() -> None:
    assert read(ObservationCounts("gateway", "ws.health."), "SlowClientClosed", "warning") is None


def test_both_read_what_is_observed() -> None:
    first: list[Observation] = []
    second: list[Observation] = []
    both(first.append, second.append)(Stopped(0))
    assert first == second == [Stopped(0)]
