"""One message to many: what a delivery costs the server, at an even rate and in a burst."""

import time
from collections.abc import Callable, Iterator

from stress.findings import Finding, turns
from stress.gateway.bench import Bench, Stage
from stress.gateway.goals import (
    AGAINST_CHANNELS,
    AGAINST_LEAN,
    AGAINST_MICRO,
    AGAINST_NAGLE,
    AGAINST_SEND,
    BURST,
    DELIVERY,
)
from stress.gateway.lineup import CHANNELS_LEAN, CHANNELS_UVICORN, MICRO, NAGLE, SEND, Peer
from stress.gateway.messages import Stream
from stress.gateway.publishers import Publisher
from stress.gateway.rounds import Rounds, alone, beside, named

CLIENTS = 500
MESSAGES_PER_SECOND = 100
BURST_MESSAGES = 5_000
WARM_UP_MESSAGES = 100
GRACE_SECONDS = 10.0
"""After the last message was published."""
Round = tuple[float, str]
"""A figure, and what went missing."""


def steady(bench: Bench) -> Iterator[Finding]:
    """Microseconds of processor time for each delivery."""
    found = _rounds(bench, _steady, 2)
    ours = found[0]
    bench.tell("µs a delivery, even rate", {each.name: each.told(2) for each in found})
    yield alone(DELIVERY, ours)
    yield from beside(AGAINST_CHANNELS, ours, named(found, CHANNELS_UVICORN), 2)
    yield from beside(AGAINST_LEAN, ours, named(found, CHANNELS_LEAN), 2)
    yield from beside(AGAINST_SEND, ours, named(found, SEND), 2)
    yield from beside(AGAINST_NAGLE, ours, named(found, NAGLE), 2)


def burst(bench: Bench) -> Iterator[Finding]:
    """Deliveries for each second of processor time."""
    found = _rounds(bench, _burst, 0)
    ours = found[0]
    bench.tell("deliveries a second and core, burst", {each.name: each.told(0) for each in found})
    yield alone(BURST, ours)
    yield from beside(AGAINST_MICRO, ours, named(found, MICRO), 0)


def publish_evenly(publisher: Publisher, stream: Stream, per_second: float) -> list[float]:
    """When each message was published (monotonic clock)."""
    started, published = time.monotonic(), list[float]()
    for number, text in enumerate(stream.texts()):
        time.sleep(max(0.0, started + number / per_second - time.monotonic()))
        published.append(time.monotonic())
        publisher.publish([text])
    return published


def warm_up(stage: Stage, messages: int = WARM_UP_MESSAGES) -> None:
    """What is done the first time is not measured."""
    stream = Stream(0, messages)
    stage.audience.expect(stream, messages / MESSAGES_PER_SECOND + GRACE_SECONDS)
    publish_evenly(stage.publisher, stream, MESSAGES_PER_SECOND)
    stage.audience.received()


def _rounds(bench: Bench, measure: Callable[[Bench, Peer], Round], digits: int) -> list[Rounds]:
    """Each server's, ours first; they take turns."""
    peers = {peer.name: peer for peer in bench.peers}
    found = {name: Rounds(name) for name in peers}
    for number, order in enumerate(turns(list(peers), bench.sizes.rounds), 1):
        for name in order:
            if len(found[name].values) < number - 1:
                continue  # it broke down before
            with bench.forgiving(peers[name]):
                figure, wrong = measure(bench, peers[name])
                found[name].add(figure, wrong)
                bench.say(f"  round {number}, {name}: {figure:,.{digits}f} {wrong}")
    return [each for each in found.values() if len(each.values) == bench.sizes.rounds]


def _steady(bench: Bench, peer: Peer) -> Round:
    stream = Stream(WARM_UP_MESSAGES, MESSAGES_PER_SECOND * bench.sizes.seconds // peer.part)
    with bench.stage(peer) as stage:
        stage.audience.open(stage.server.address, [peer.request()] * bench.sizes.clients(CLIENTS))
        warm_up(stage)
        before = stage.server.processor_seconds()
        stage.audience.expect(stream, bench.sizes.seconds + GRACE_SECONDS)
        published = publish_evenly(stage.publisher, stream, MESSAGES_PER_SECOND)
        received = stage.audience.received()
        used = stage.server.used_since(before)
        if received.deliveries:
            bench.say(f"  {peer.name}: {stage.audience.latency(published)}")
        return 1e6 * used / max(1, received.frames), received.wrong


def _burst(bench: Bench, peer: Peer) -> Round:
    stream = Stream(WARM_UP_MESSAGES, bench.sizes.messages(BURST_MESSAGES) // peer.part)
    with bench.stage(peer) as stage:
        stage.audience.open(stage.server.address, [peer.request()] * bench.sizes.clients(CLIENTS))
        warm_up(stage)
        before = stage.server.processor_seconds()
        stage.audience.expect(stream, GRACE_SECONDS)
        stage.publisher.publish(stream.texts())
        received = stage.audience.received()
        figure = received.frames / stage.server.used_since(before)
        per_second = received.deliveries / max(received.seconds, 0.001)
        bench.say(f"  {peer.name}: {received.deliveries:,} deliveries, {per_second:,.0f} a second")
        return figure, received.wrong
