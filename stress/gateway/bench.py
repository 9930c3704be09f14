"""What every measure works with."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from stress.gateway.audience import Audience
from stress.gateway.lineup import Peer
from stress.gateway.publishers import Publisher
from stress.gateway.refusal import RefusedError
from stress.gateway.servers import Server, serving
from stress.gateway.site import Site

USERS = 5_500
"""Each measure takes as many of them as it needs."""


@dataclass(frozen=True, slots=True)
class Processors:
    """Who runs where; all on the same one where there is no other."""

    servers: set[int]
    others: set[int]


def part_processors() -> Processors:
    """The first is the server's. This process and all that it starts henceforth belong to the others."""
    first, *others = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, others or {first})
    return Processors({first}, set(others) or {first})


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything."""

    rounds: int
    seconds: int
    clients_at_most: int
    messages_at_most: int

    def clients(self, wanted: int) -> int:
        return min(wanted, self.clients_at_most)

    def messages(self, wanted: int) -> int:
        return min(wanted, self.messages_at_most)


@dataclass(frozen=True, slots=True)
class Stage:
    """A server, its clients, and who tells them."""

    server: Server
    audience: Audience
    publisher: Publisher


@dataclass(slots=True)
class Bench:
    """The site, who is measured, and how much is wanted."""

    site: Site
    peers: Sequence[Peer]
    sizes: Sizes
    processors: Processors
    folder: Path
    columns: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """What stands side by side: of each server, by its name."""
    _cookies: Sequence[str] = ()

    def say(self, text: str) -> None:
        """While it goes on; the table comes at the end."""
        print(text, file=sys.stderr, flush=True)

    def tell(self, column: str, cells: Mapping[str, str]) -> None:
        """For the second table."""
        self.columns[column] = cells

    @property
    def ours(self) -> Peer:
        """Whom all of it is about."""
        return self.peers[0]

    def leave_out_absent(self) -> None:
        """Those who do not start here; the rest are measured all the same."""
        there = [self.ours]
        for peer in self.peers[1:]:
            try:
                with self.stage(peer):
                    there.append(peer)
            except RefusedError as error:
                self.say(f"{peer.name} is left out: {error}")
        self.peers = there

    @contextmanager
    def forgiving(self, peer: Peer) -> Iterator[None]:
        """Where a peer breaks down, the rest is measured all the same; where ours does, nothing is."""
        try:
            yield
        except (RefusedError, OSError) as error:
            if peer is self.ours:
                raise
            self.say(f"  {peer.name} breaks down: {error}")

    @contextmanager
    def stage(self, peer: Peer) -> Iterator[Stage]:
        """A server of this kind on one processor, clients to be on another. Raises RefusedError."""
        with ExitStack() as cleanup:
            server = cleanup.enter_context(serving(peer, self.site.environment, self.processors.servers, self.folder))
            audience = cleanup.enter_context(Audience(server.pid, self.processors.others))
            publisher = peer.publishing(self.site.redis_url, server.address)
            cleanup.callback(publisher.close)
            yield Stage(server, audience, publisher)

    def cookies(self, users: int) -> Sequence[str]:
        """Of so many users."""
        if not self._cookies:
            self._cookies = self.site.cookies(min(USERS, 2 * self.sizes.clients_at_most))
        return self._cookies[:users]
