"""Plain numbers of what was handed out."""

from ws.gateway.hub import Hub
from ws.gateway.traffic import LATE_SECONDS, Lateness
from ws.wire.channels import Channel

SKY = Channel("rodan:broadcast:sky")


class Nobody:
    """Takes what comes."""

    said: bytes | None = None

    def deliver(self, frames: bytes) -> None: ...

    def close(self, close: object) -> None: ...


def test_messages_deliveries_batches_writes_and_bytes_are_counted() -> None:
    hub = Hub()
    for _ in range(3):
        hub.join(Nobody(), SKY, 0.0)
    hub.publish(SKY, b"one")
    hub.publish_chunk(SKY, b"two\nthree")
    hub.flush(0.0)
    hub.publish(SKY, b"four")
    hub.flush(0.0)
    traffic = hub.traffic
    assert (traffic.messages, traffic.deliveries) == (4, 12)
    assert (traffic.batches, traffic.writes) == (2, 6)
    assert traffic.bytes == 3 * (4 * 2 + len("onetwothreefour"))


def test_lateness_counts_in_the_first_bound_that_it_keeps_to_and_above() -> None:
    lateness = Lateness()
    for seconds in (0.0, 0.005, 0.3, 60.0):
        lateness.note(seconds)
    found = dict(lateness.buckets())
    assert (found["0.005"], found["0.25"], found["0.5"], found["5.0"], found["+Inf"]) == (2, 2, 3, 3, 4)
    assert len(found) == len(LATE_SECONDS) + 1
    assert lateness.seconds == 60.305
