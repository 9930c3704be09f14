"""When each delivery came."""

from stress.gateway.arrivals import Arrivals, latency, quantile


def test_a_latency_is_counted_from_the_message_s_publication() -> None:
    arrivals = Arrivals()
    arrivals.add(1, 1, 10.5)
    arrivals.add(1, 1, 11.0)
    arrivals.add(3, 2, 14.0)
    assert list(arrivals.latencies([10.0, 11.0, 12.0])) == [0.5, 1.0, 2.0, 3.0]
    assert arrivals.seconds == 3.5


def test_a_quantile_is_one_of_the_values() -> None:
    values = [float(number) for number in range(1, 101)]
    assert [quantile(values, share) for share in (0.0, 0.5, 0.99, 1.0)] == [1.0, 50.0, 99.0, 100.0]
    assert quantile([7.0], 0.99) == 7.0


def test_a_latency_is_told_by_its_middle_its_end_and_its_worst() -> None:
    found = latency([float(number) for number in range(1, 201)])
    assert (found.median, found.p99, found.greatest) == (100.0, 198.0, 200.0)
