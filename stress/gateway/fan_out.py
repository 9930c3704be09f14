"""One message to many: what a delivery costs the server."""

import time
from collections.abc import Iterator
from statistics import median

from stress.findings import Finding, middle, turns
from stress.gateway.bench import Bench, Stage
from stress.gateway.goals import DELIVERY
from stress.gateway.lineup import Peer
from stress.gateway.messages import Stream
from stress.gateway.publishers import Publisher

CLIENTS = 500
MESSAGES_PER_SECOND = 100
WARM_UP_MESSAGES = 100


def steady(bench: Bench) -> Iterator[Finding]:
    """At an even rate."""
    found: dict[str, list[float]] = {peer.name: [] for peer in bench.peers}
    for number, order in enumerate(turns([peer.name for peer in bench.peers], bench.sizes.rounds), 1):
        for peer in sorted(bench.peers, key=lambda peer: order.index(peer.name)):
            found[peer.name].append(_steady(bench, peer))
            bench.say(f"  round {number}, {peer.name}: {found[peer.name][-1]:.2f} µs")
    for name, micros in found.items():
        bench.cells[name, "µs a delivery"] = f"{median(micros):.2f}"
    yield middle(DELIVERY, found[bench.peers[0].name], bench.peers[0].name)


def publish_evenly(publisher: Publisher, stream: Stream, per_second: float) -> list[float]:
    """When each message was published (monotonic clock)."""
    started, published = time.monotonic(), list[float]()
    for number, text in enumerate(stream.texts()):
        time.sleep(max(0.0, started + number / per_second - time.monotonic()))
        published.append(time.monotonic())
        publisher.publish([text])
    return published


def _steady(bench: Bench, peer: Peer) -> float:
    """Microseconds of processor time for each delivery."""
    clients = bench.sizes.clients(CLIENTS)
    with bench.stage(peer) as stage:
        stage.audience.open(stage.server.address, [peer.request()] * clients)
        _deliver(stage, Stream(0, WARM_UP_MESSAGES))
        before = stage.server.processor_seconds()
        deliveries = _deliver(stage, Stream(WARM_UP_MESSAGES, MESSAGES_PER_SECOND * bench.sizes.seconds))
        return 1e6 * stage.server.used_since(before) / deliveries


def _deliver(stage: Stage, stream: Stream) -> int:
    stage.audience.expect(stream, 60.0)
    publish_evenly(stage.publisher, stream, MESSAGES_PER_SECOND)
    received = stage.audience.received()
    assert received.is_whole, received
    return received.deliveries
