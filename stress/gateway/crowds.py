"""How late a message is: for ten thousand clients, and beside clients that read slowly."""

from collections.abc import Iterator
from statistics import median

from stress.findings import Finding, compared
from stress.gateway.arrivals import Latency
from stress.gateway.bench import Bench, Stage
from stress.gateway.crowd import Received
from stress.gateway.fan_out import CLIENTS, GRACE_SECONDS, MESSAGES_PER_SECOND, publish_evenly, warm_up
from stress.gateway.goals import MANY, SLOW
from stress.gateway.messages import Stream
from stress.gateway.refusal import RefusedError

TEN_THOUSAND = 10_000
MANY_PER_SECOND = 20
MANY_SECONDS = 20
WARM_UP_MESSAGES = 20
PAIRS = 9
PAIR_SECONDS = 5
SLOW_SHARE = 0.01
BEHIND_MESSAGES = 4_000
"""Sent first, so that the kernel's buffers for the slow clients are full, and the server has to keep the rest."""


def many(bench: Bench) -> Iterator[Finding]:
    """Ten thousand, each of which sends a heartbeat every 5 s, and gets its answer."""
    peer, clients = bench.ours, bench.sizes.clients(TEN_THOUSAND)
    stream = Stream(WARM_UP_MESSAGES, MANY_PER_SECOND * min(MANY_SECONDS, 2 * bench.sizes.seconds))
    with bench.stage(peer) as stage:
        stage.audience.open(stage.server.address, [peer.request()] * clients)
        warm_up(stage, WARM_UP_MESSAGES)
        before = stage.server.processor_seconds()
        stage.audience.expect(stream, MANY_SECONDS + GRACE_SECONDS, with_heartbeats=True)
        published = publish_evenly(stage.publisher, stream, MANY_PER_SECOND)
        received = stage.audience.received()
        used = stage.server.used_since(before)
        late = stage.audience.latency(published)
    wrong = f"FAILED: {received.wrong}" if received.wrong else "no loss"
    busy = f"{received.deliveries:,} deliveries in {received.seconds:.0f} s, processor time {used:.1f} s"
    busy += f", of the clients {received.own_seconds:.1f} s"
    bench.say(f"  {peer.name}, {clients:,} clients: {wrong}, {busy}, {late}")
    yield Finding(MANY, 1000 * late.p99, f"{wrong}; {busy}; {late}", is_void=bool(received.wrong))


def slow(bench: Bench) -> Iterator[Finding]:
    """With and without slow clients beside the others, in turns."""
    peer, clients = bench.ours, bench.sizes.clients(CLIENTS)
    laggards = max(1, round(SLOW_SHARE * clients))
    found: dict[int, list[float]] = {0: [], laggards: []}
    with bench.stage(peer) as stage:
        stage.audience.open(stage.server.address, [peer.request()] * (clients - laggards))
        warm_up(stage)
        for number in range(PAIRS if bench.sizes.rounds > 1 else 1):
            for beside in (0, laggards)[:: 1 if number % 2 == 0 else -1]:
                late = _latency(bench, stage, beside)
                found[beside].append(1000 * late.p99)
                bench.say(f"  pair {number + 1}, {beside} slow clients: {late}")
    yield compared(SLOW, found[laggards], found[0], _medians(laggards, found))


def _medians(laggards: int, found: dict[int, list[float]]) -> str:
    return f"{laggards} slow clients: p99 {median(found[laggards]):.1f} ms, none: {median(found[0]):.1f} ms"


def _latency(bench: Bench, stage: Stage, laggards: int) -> Latency:
    """Of those that are not slow, while so many are. Raises RefusedError where something is missing."""
    seconds = min(PAIR_SECONDS, bench.sizes.seconds)
    behind = Stream(0, bench.sizes.messages(BEHIND_MESSAGES))
    stage.audience.lag(stage.server.address, [stage.server.peer.request()] * laggards)
    stage.audience.expect(behind, GRACE_SECONDS)
    stage.publisher.publish(behind.texts())
    _require_whole(stage.audience.received())
    stream = Stream(behind.count, MESSAGES_PER_SECOND * seconds)
    stage.audience.expect(stream, seconds + GRACE_SECONDS)
    published = publish_evenly(stage.publisher, stream, MESSAGES_PER_SECOND)
    _require_whole(stage.audience.received())
    if cut_off := stage.audience.stop_lagging():
        bench.say(f"  {cut_off} slow clients were cut off")
    return stage.audience.latency(published)


def _require_whole(received: Received) -> None:
    if received.wrong:
        raise RefusedError(f"Clients beside slow ones: {received.wrong}")
