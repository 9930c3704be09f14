"""What a client that says nothing keeps of the server's memory."""

from collections.abc import Iterator, Sequence

from stress.findings import Finding, Goal
from stress.gateway.bench import Bench
from stress.gateway.goals import MEMORY, MEMORY_OF_ONE
from stress.gateway.lineup import Peer

WARMING = 500
"""Who come first, and stay: what they make the server load is nobody's."""
CLIENTS = 5_000
SETTLE_SECONDS = 3.0
WORDS = "subscribe-broadcast&subscribe-user"


def memory(bench: Bench) -> Iterator[Finding]:
    """Each a user of its own, and all of one user."""
    clients, warming = bench.sizes.clients(CLIENTS), bench.sizes.clients(WARMING)
    for peer in bench.peers:
        people = bench.cookies(clients + warming)
        yield _memory(bench, peer, MEMORY, people[:warming], people[-clients:])
        yield _memory(bench, peer, MEMORY_OF_ONE, [people[0]] * warming, [people[0]] * clients)


def _memory(bench: Bench, peer: Peer, goal: Goal, warming: Sequence[str], cookies: Sequence[str]) -> Finding:
    with bench.stage(peer) as stage:
        held = list[int]()
        for crowd in (warming, cookies):
            stage.audience.open(stage.server.address, [peer.request(WORDS, cookie) for cookie in crowd])
            stage.audience.say()
            stage.audience.idle(SETTLE_SECONDS)
            held.append(stage.server.memory_bytes())
    kilobytes = (held[1] - held[0]) / len(cookies) / 1000
    bench.say(f"  {peer.name}, {goal.measure}: {kilobytes:.2f} KB ({held[0] / 1e6:.1f} MB before)")
    note = f"{len(cookies):,} clients after {len(warming):,}"
    return Finding(goal, kilobytes, f"{note}; the server had {held[0] / 1e6:.0f} MB before")
