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
    people = bench.cookies(clients + warming)
    yield from _memory(bench, MEMORY, people[:warming], people[warming:])
    yield from _memory(bench, MEMORY_OF_ONE, [people[0]] * warming, [people[0]] * clients)


def _memory(bench: Bench, goal: Goal, warming: Sequence[str], cookies: Sequence[str]) -> Iterator[Finding]:
    cells = dict[str, str]()
    for peer in (peer for peer in bench.peers if peer.knows_users):
        with bench.forgiving(peer):
            before, after = _held(bench, peer, warming, cookies)
            kilobytes = (after - before) / len(cookies) / 1000
            cells[peer.name] = f"{kilobytes:.2f}"
            bench.say(f"  {peer.name}, {goal.measure}: {kilobytes:.2f} KB ({before / 1e6:.1f} MB before)")
            if peer is bench.ours:
                note = f"{len(cookies):,} clients after {len(warming):,}"
                yield Finding(goal, kilobytes, f"{note}; the server had {before / 1e6:.0f} MB before")
    bench.tell(f"KB a client{' of one user' if goal is MEMORY_OF_ONE else ''}", cells)


def _held(bench: Bench, peer: Peer, warming: Sequence[str], cookies: Sequence[str]) -> list[int]:
    """The server's memory, with those who warm it, and with all."""
    held = list[int]()
    with bench.stage(peer) as stage:
        for crowd in (warming, cookies):
            stage.audience.open(stage.server.address, [peer.request(WORDS, cookie) for cookie in crowd])
            stage.audience.say()
            stage.audience.idle(SETTLE_SECONDS)
            held.append(stage.server.memory_bytes())
    return held
