"""What it costs to let a client in, and to see it go."""

from collections.abc import Callable, Iterator, Sequence

from stress.findings import Finding, Goal
from stress.gateway.bench import Bench
from stress.gateway.goals import HANDSHAKES, SESSIONS
from stress.gateway.lineup import Peer
from stress.gateway.rounds import Rounds, alone

WARMING = 500
CLIENTS = 5_000
AT_ONCE = 64
SOURCES = [f"127.0.0.{number}" for number in range(2, 10)]
"""Each has 28,000 ports, which rest for a minute after use."""
REST_SECONDS = 0.5
"""In which the server sees the last ones go."""
Requests = Callable[[Peer], Sequence[bytes]]


def handshakes(bench: Bench) -> Iterator[Finding]:
    """Of anybody, and of somebody."""
    clients = bench.sizes.clients(CLIENTS)
    cookies = bench.cookies(clients)
    yield _side_by_side(bench, HANDSHAKES, lambda peer: [peer.request()] * clients)
    yield _side_by_side(bench, SESSIONS, lambda peer: [peer.request("subscribe-user", cookie) for cookie in cookies])


def _side_by_side(bench: Bench, goal: Goal, requests: Requests) -> Finding:
    found = list[Rounds]()
    for peer in (peer for peer in bench.peers if peer.knows_users):
        with bench.forgiving(peer):
            found.append(_rounds(bench, peer, goal, requests(peer)))
    bench.tell(goal.measure, {each.name: each.told(0) for each in found})
    return alone(goal, found[0])


def _rounds(bench: Bench, peer: Peer, goal: Goal, requests: Sequence[bytes]) -> Rounds:
    found = Rounds(peer.name)
    with bench.stage(peer) as stage:
        stage.audience.handshakes(stage.server.address, requests[:WARMING], SOURCES, AT_ONCE)
        for _ in range(bench.sizes.rounds if peer is bench.ours else 1):
            before = stage.server.processor_seconds()
            count = stage.audience.handshakes(stage.server.address, requests, SOURCES, AT_ONCE)
            stage.audience.idle(REST_SECONDS)
            found.add(count / stage.server.used_since(before), "")
            bench.say(f"  {peer.name}, {goal.measure}: {found.values[-1]:,.0f}")
    return found
