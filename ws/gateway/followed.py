"""One followed channel, and those with whom what follows it deals. Pure."""

from collections.abc import Callable, Sequence
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

    follows: dict[Channel, Followers]
    """Its channels, and who else follows them."""
    joining: int
    """How many of them have not told it yet what stands in Redis."""

    def beat(self, now: float) -> None: ...


class Followed:
    """One channel, from its first follower to its last."""

    __slots__ = ("behind", "channel", "entered", "hears_others", "reading", "unfounded", "waiting")

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.reading = Reading()
        self.entered: list[Follower] = []
        """Those who joined in this turn, and for whom nothing was asked yet."""
        self.waiting: dict[Follower, int] = {}
        """Those whose kept message is on its way, and how many messages there had been when they joined."""
        self.behind: set[Follower] = set()
        """Those who have it, and are still to be told what else stood in the stream when they joined."""
        self.hears_others = False
        """Messages come that stand in no stream."""
        self.unfounded = 0
        """Hints since the last poll that had nothing behind them."""
