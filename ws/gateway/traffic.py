"""What the gateway has done since its start, in plain numbers, counted once for each batch. Pure."""

from bisect import bisect_left

LATE_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of how late a turn of the loop may be."""


class Traffic:
    """From Redis to the clients. Heartbeats and kept messages are not in it."""

    __slots__ = ("batches", "bytes", "deliveries", "messages", "writes")

    def __init__(self) -> None:
        self.messages = 0
        """Each once, however many clients it went to."""
        self.deliveries = 0
        """Each once for each client."""
        self.batches = 0
        """Of messages of one channel that came in one turn of the loop."""
        self.writes = 0
        """Of batches, to clients."""
        self.bytes = 0
        """Of those writes."""

    def handed_out(self, messages: int, clients: int, size: int) -> None:
        """A batch of so many messages and bytes to so many clients."""
        self.messages += messages
        self.deliveries += messages * clients
        self.batches += 1
        self.writes += clients
        self.bytes += size * clients


class Lateness:
    """How late turns of the loop were: each one counts in the first bound that it keeps to."""

    __slots__ = ("counts", "seconds")

    def __init__(self) -> None:
        self.counts = [0] * (len(LATE_SECONDS) + 1)
        self.seconds = 0.0

    def note(self, seconds: float) -> None:
        self.counts[bisect_left(LATE_SECONDS, seconds)] += 1
        self.seconds += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """As Prometheus has them: each bound, and how many kept to it."""
        found, total = [], 0
        for bound, count in zip((*LATE_SECONDS, float("inf")), self.counts, strict=True):
            total += count
            found.append(("+Inf" if bound == float("inf") else str(bound), float(total)))
        return found
