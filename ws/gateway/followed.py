"""One followed channel, and those with whom what follows it deals. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from ws.gateway.hub import Followers, Receiver
from ws.gateway.position import Reading
from ws.gateway.question import Answered, Command
from ws.wire.channels import Channel


class Asker(Protocol):
    """The feed, as we see it: what is asked, answered and published stands in one order."""

    def subscribe(self, channel: Channel) -> None: ...
    def unsubscribe(self, channel: Channel) -> None: ...
    def ask(self, commands: Sequence[Command], answered: Answered) -> None:
        """Ask all of these at one instant. Never answered, if the connection is lost first."""
        ...


class Loop(Protocol):
    """Time and turns, as asyncio's loop has them."""

    def time(self) -> float: ...
    def call_soon(self, callback: Callable[[], None], /) -> object: ...


class Follower(Receiver, Protocol):
    """A client, as we see it."""

    follows: tuple[Followers, ...]
    """Its channels, and who else follows them."""
    joining: int
    """How many of them have not told it yet what stands in Redis."""

    def beat(self, now: float) -> None: ...


class Joiners:
    """Those who have joined a channel, and don't know yet what stands in Redis."""

    __slots__ = ("behind", "entered", "waiting")

    def __init__(self) -> None:
        self.entered: list[Follower] = []
        """In this turn: nothing was asked for them yet."""
        self.waiting: dict[Follower, int] = {}
        """Those whose kept message is on its way, and how many messages there had been when they joined."""
        self.behind: set[Follower] = set()
        """Those who have it, and are still to be told what else stood in the stream when they joined."""


class Followed:
    """One channel, from its first follower to its last."""

    __slots__ = ("channel", "hears_others", "joiners", "reading", "unfounded")

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.reading = Reading()
        self.joiners: Joiners | None = None
        self.hears_others = False
        """Messages come that stand in no stream."""
        self.unfounded = 0
        """Hints since the last poll that had nothing behind them."""

    def join(self, client: Follower, messages_before: int) -> bool:
        """Whether it is the first for whom is to be asked."""
        joiners = self.joiners = self.joiners or Joiners()
        joiners.entered.append(client)
        joiners.waiting[client] = messages_before
        return len(joiners.entered) == 1

    def asked(self) -> Sequence[Follower]:
        """Those for whom is asked now: who left meanwhile is not among them."""
        joiners = self.joiners
        assert joiners is not None, "somebody has entered"
        entered, joiners.entered = joiners.entered, []
        self._forget_joiners()
        return [client for client in entered if client in joiners.waiting]

    def told_kept(self, clients: Sequence[Follower]) -> Mapping[Follower, int]:
        """Those of them who still wait for the kept message; and what they came with."""
        waiting = {} if self.joiners is None else self.joiners.waiting
        return {client: waiting.pop(client) for client in clients if client in waiting}

    def wait_for_the_stream(self, clients: Iterable[Follower]) -> None:
        """They have the kept message, and will have what stands above it."""
        self.joiners = self.joiners or Joiners()
        self.joiners.behind.update(clients)

    def told_all(self) -> Collection[Follower]:
        """Those who now have what stood in Redis."""
        behind: set[Follower] = set()
        if self.joiners is not None:
            behind, self.joiners.behind = self.joiners.behind, behind
            self._forget_joiners()
        return behind

    def leave(self, client: Follower) -> bool:
        """Whether it was about to join."""
        joiners = self.joiners
        if joiners is None:
            return False
        was_waiting, was_behind = joiners.waiting.pop(client, None) is not None, client in joiners.behind
        joiners.behind.discard(client)
        self._forget_joiners()
        return was_waiting or was_behind

    def _forget_joiners(self) -> None:
        """Most of the time nobody joins, and most channels are small."""
        joiners = self.joiners
        if joiners is not None and not (joiners.entered or joiners.waiting or joiners.behind):
            self.joiners = None
