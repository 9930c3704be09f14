"""What it costs to let a client in, and to see it go."""

from collections.abc import Iterator, Sequence
from statistics import median

from stress.findings import Finding, Goal, middle
from stress.gateway.bench import Bench
from stress.gateway.goals import HANDSHAKES, SESSIONS
from stress.gateway.lineup import Peer

WARMING = 500
CLIENTS = 5_000
AT_ONCE = 64
SOURCES = [f"127.0.0.{number}" for number in range(2, 10)]
"""Each has 28,000 ports, which rest for a minute after use."""


def handshakes(bench: Bench) -> Iterator[Finding]:
    """Of anybody, and of somebody."""
    peer, clients = bench.peers[0], bench.sizes.clients(CLIENTS)
    yield _rounds(bench, peer, HANDSHAKES, [peer.request()] * clients)
    cookies = bench.cookies(clients)
    yield _rounds(bench, peer, SESSIONS, [peer.request("subscribe-user", cookie) for cookie in cookies])


def _rounds(bench: Bench, peer: Peer, goal: Goal, requests: Sequence[bytes]) -> Finding:
    found = list[float]()
    with bench.stage(peer) as stage:
        address = stage.server.address
        stage.audience.handshakes(address, requests[:WARMING], SOURCES, AT_ONCE)
        for _ in range(bench.sizes.rounds):
            before = stage.server.processor_seconds()
            count = stage.audience.handshakes(address, requests, SOURCES, AT_ONCE)
            stage.audience.idle(0.5)
            found.append(count / stage.server.used_since(before))
            bench.say(f"  {peer.name}, {goal.measure}: {found[-1]:,.0f}")
    return middle(goal, found, f"{median(1e6 / each for each in found):,.0f} µs of processor time each")
