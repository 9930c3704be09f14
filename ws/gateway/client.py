"""One connected browser, whatever carries its bytes; and what it tells the gateway."""

import asyncio
from abc import ABC, abstractmethod
from typing import Protocol

from websockets.http11 import Request

from ws.gateway.admission import NO_STANDING, Admission
from ws.gateway.handshake import Answer, Rules, request_of
from ws.gateway.hub import Followers
from ws.gateway.proxies import Asker
from ws.gateway.query import RefusedError, Wish
from ws.observation import Observation
from ws.settings import WsSettings
from ws.wire.codes import Close

SAID_AT_MOST = 64
"""Messages of one client's on their way to Redis; while there are as many, no more are read."""

NO_ADMISSION = Admission()


class Host(Protocol):
    """The gateway, as a client sees it."""

    settings: WsSettings
    rules: Rules
    heartbeat_frame: bytes | None
    asks_the_site: bool
    """Callables of the site's decide who may what."""
    now: float
    """The loop's clock, to a tenth of a second: one object for all clients that are heard in that time."""
    inbox: memoryview
    """Where what a client over TCP sends is read into, whichever client that is."""

    def observe(self, observation: Observation) -> None: ...
    def connected(self, client: "Client") -> None:
        """It was accepted. Raises RefusedError where there is no place for it."""
        ...

    def turn_away(self, peer: str, transport: asyncio.Transport, error: RefusedError) -> None:
        """This connection, for which there is no place."""
        ...

    def recognised(self, client: "Client", asker: Asker) -> None:
        """Its request says who it is. Raises RefusedError where there are too many of its address."""
        ...

    def asked(self, client: "Client", answer: Answer) -> None:
        """Its request is right: find out what it may, then `admit` or `refuse` it."""
        ...

    def opened(self, client: "Client") -> None:
        """Its handshake is done."""
        ...

    def said(self, client: "Client", message: bytes) -> bool:
        """A whole message. Whether it is being published; later `heard` says that this is over."""
        ...

    def left(self, client: "Client") -> None:
        """It is about to end, and gets no more messages."""
        ...

    def gone(self, client: "Client") -> None:
        """Its connection has ended."""
        ...


class Client(ABC):
    """From the first byte to the last."""

    __slots__ = (
        "_head",
        "_host",
        "_loop",
        "admission",
        "asker",
        "counted_as",
        "follows",
        "idle_since",
        "joining",
        "said",
        "wish",
    )

    def __init__(self, host: Host) -> None:
        self._host = host
        self._loop = asyncio.get_running_loop()
        self.idle_since = 0.0
        """When its last heartbeat went out, or its handshake was done, by the loop's clock."""
        self.admission = NO_ADMISSION
        self.wish: Wish | None = None
        """Where it has a standing, with which it may lose what it got."""
        self._head: bytes | None = None
        """Of its request, where the site will be asked about it again: much smaller than what was read of it."""
        self.asker: Asker | None = None
        """Who asked, likewise."""
        self.counted_as: str | None = None
        """The name of its address among those that are counted."""
        self.follows: tuple[Followers, ...] = ()
        """They know when it was written to last."""
        self.joining = 0
        self.said: bytes | None = None

    @property
    def request(self) -> Request | None:
        """By which it was let in, where it is kept."""
        return None if self._head is None else request_of(self._head)

    @property
    @abstractmethod
    def is_waiting(self) -> bool:
        """For its admission."""

    @property
    @abstractmethod
    def is_open(self) -> bool:
        """It is in, and nobody has said goodbye."""

    @property
    @abstractmethod
    def peer(self) -> str:
        """The other end, for observations."""

    @property
    @abstractmethod
    def address(self) -> str:
        """The other end's host; empty for a local socket."""

    @abstractmethod
    def admit(self, answer: Answer, admission: Admission) -> None:
        """Let it in; nothing, where it has gone meanwhile."""

    @abstractmethod
    def refuse(self, answer: Answer) -> None:
        """Say why not, and end the connection; nothing, where it has ended meanwhile."""

    @abstractmethod
    def heard(self) -> None:
        """One of its messages was published, or can't be."""

    @abstractmethod
    def deliver(self, frames: bytes) -> None:
        """Write finished frames, unless the connection is about to end."""

    @abstractmethod
    def close(self, close: Close) -> None:
        """Say goodbye with this code, unless somebody has."""

    @abstractmethod
    def require_life(self, now: float) -> None:
        """Ask whether it is still there, if it has said nothing for long; end it, if it did not say so."""

    @abstractmethod
    def abort(self) -> None:
        """End the connection at once."""

    def traffic_at(self) -> float:
        """When it was last sent a message or a heartbeat, by the loop's clock."""
        return max([self.idle_since, *(followers.delivered_at for followers in self.follows)])

    def beat(self, now: float, times: int = 1) -> None:
        """Send the heartbeat, where there is one; each message of the client's has one as its answer."""
        if times > 0 and self._host.heartbeat_frame is not None:
            self.idle_since = now
            self.deliver(self._host.heartbeat_frame * times)

    def _is_in(self, answer: Answer, admission: Admission) -> None:
        """To be called once, when it has been told so."""
        self.admission = admission
        if admission.standing != NO_STANDING:
            self.wish = answer.wish
        if self.wish is not None and self._host.asks_the_site:
            assert answer.request is not None
            self._head, self.asker = answer.request.serialize(), answer.asker
        self._host.opened(self)
