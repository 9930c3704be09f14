"""What every measure works with."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from stress.gateway.audience import Audience
from stress.gateway.lineup import Peer
from stress.gateway.publishers import Publisher
from stress.gateway.servers import Server, serving
from stress.gateway.site import Site


def processors() -> tuple[set[int], set[int]]:
    """For the server, and for everybody else; the same where there is only one."""
    first, *others = sorted(os.sched_getaffinity(0))
    return {first}, set(others) or {first}


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything."""

    rounds: int
    seconds: int
    clients_at_most: int

    def clients(self, wanted: int) -> int:
        return min(wanted, self.clients_at_most)


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
    folder: Path
    cells: dict[tuple[str, str], str] = field(default_factory=dict)
    """What stands beside the goals: by peer and column."""
    _cookies: Sequence[str] = ()

    def say(self, text: str) -> None:
        """While it goes on; the table comes at the end."""
        print(text, file=sys.stderr, flush=True)

    @contextmanager
    def stage(self, peer: Peer) -> Iterator[Stage]:
        """A server of this kind on one processor, clients to be on another. Raises RefusedError."""
        its, others = processors()
        with ExitStack() as cleanup:
            server = cleanup.enter_context(serving(peer, self.site.environment, its, self.folder))
            audience = cleanup.enter_context(Audience(others))
            publisher = peer.publishing(self.site)
            cleanup.callback(publisher.close)
            yield Stage(server, audience, publisher)

    def cookies(self, users: int) -> Sequence[str]:
        """Of so many users."""
        if not self._cookies:
            self._cookies = self.site.cookies(self.sizes.clients(USERS))
        return self._cookies[:users]


USERS = 6_000
