"""The one listening socket: whoever connects is looked at, and given to the site or to the gateway.

A connection's first bytes are only peeked at, so that its taker finds it untouched. Until it has said enough, a
connection costs a file descriptor: no thread, and nobody waits for it.
"""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ws.gateway.observations import HandshakeTimedOut
from ws.gateway.server import Gateway
from ws.shared_port.observations import AcceptFailed
from ws.shared_port.request_line import Addressee, addressee, bytes_to_decide

ACCEPTED_PER_TURN = 100
REST_SECONDS = 1.0
"""How long nobody is accepted, after the system refused to; asking at once would be asking without end."""

ToSite = Callable[[socket.socket, Any], None]
"""Takes a blocking connection and its peer's address, at once."""


@dataclass(slots=True, eq=False)
class Visitor:
    """A connection that has not said yet whom it wants."""

    connection: socket.socket
    address: Any
    bytes_seen: int = 0


class Sorter:
    """Made inside the running loop. The listening socket is its own from here on."""

    def __init__(self, listener: socket.socket, gateway: Gateway, to_site: ToSite) -> None:
        self._loop = asyncio.get_running_loop()
        self._listener = listener
        self._gateway = gateway
        self._to_site = to_site
        self._visitors: dict[Visitor, asyncio.TimerHandle] = {}
        """And when each has been silent for too long."""
        self._admissions: set[asyncio.Task[None]] = set()
        self._may_admit = asyncio.Event()
        self._resting: asyncio.TimerHandle | None = None
        listener.settimeout(0)

    def open(self) -> None:
        """Accept, and pass on whom the site is to serve; whoever wants the gateway waits for `admit`."""
        self._loop.add_reader(self._listener, self._accept)

    def admit(self) -> None:
        """Let the gateway have its clients."""
        self._may_admit.set()

    def close(self) -> None:
        """Let nobody else in: the listening socket ends, and so do those who have not said whom they want."""
        self._loop.remove_reader(self._listener)
        self._listener.close()
        if self._resting is not None:
            self._resting.cancel()
        for visitor in list(self._visitors):
            self._dismiss(visitor)
        for admission in self._admissions:
            admission.cancel()

    def _accept(self) -> None:
        for _ in range(ACCEPTED_PER_TURN):
            try:
                connection, address = self._listener.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            except OSError as error:
                self._rest(error)
                return
            self._watch(Visitor(connection, address))

    def _rest(self, error: OSError) -> None:
        """Too many files are open, as a rule."""
        self._gateway.observe(AcceptFailed(str(error), REST_SECONDS))
        self._loop.remove_reader(self._listener)
        self._resting = self._loop.call_later(REST_SECONDS, self.open)

    def _watch(self, visitor: Visitor) -> None:
        visitor.connection.settimeout(0)
        seconds = self._gateway.settings.handshake_seconds
        self._visitors[visitor] = self._loop.call_later(seconds, self._time_out, visitor)
        self._loop.add_reader(visitor.connection, self._look, visitor)

    def _unwatch(self, visitor: Visitor) -> None:
        self._visitors.pop(visitor).cancel()
        self._loop.remove_reader(visitor.connection)

    def _dismiss(self, visitor: Visitor) -> None:
        self._unwatch(visitor)
        visitor.connection.close()

    def _time_out(self, visitor: Visitor) -> None:
        """One that never said a word asked for nothing: browsers open connections that they may need."""
        if visitor.bytes_seen:
            self._gateway.observe(HandshakeTimedOut(f"{visitor.address[0]}:{visitor.address[1]}"))
        self._dismiss(visitor)

    def _look(self, visitor: Visitor) -> None:
        """It has said something, or has ended."""
        websocket_url = self._gateway.settings.websocket_url
        try:
            start = visitor.connection.recv(bytes_to_decide(websocket_url), socket.MSG_PEEK)
            whom = addressee(start, websocket_url)
            if whom is None and len(start) > visitor.bytes_seen:
                visitor.bytes_seen = len(start)
                _count_as_readable(visitor.connection, visitor.bytes_seen + 1)
            elif start:
                # Undecided and nothing new: it stopped in mid-line. The site reads the end of that, and is done.
                self._pass_on(visitor, whom or Addressee.SITE)
            else:
                self._dismiss(visitor)
        except BlockingIOError:
            return
        except OSError:  # the peer is gone
            self._dismiss(visitor)

    def _pass_on(self, visitor: Visitor, whom: Addressee) -> None:
        _count_as_readable(visitor.connection, 1)
        self._unwatch(visitor)
        if whom is Addressee.SITE:
            visitor.connection.settimeout(None)
            self._to_site(visitor.connection, visitor.address)
        else:
            admission = asyncio.create_task(self._admit(visitor.connection))
            self._admissions.add(admission)
            admission.add_done_callback(self._admissions.discard)

    async def _admit(self, connection: socket.socket) -> None:
        try:
            await self._may_admit.wait()
            await self._gateway.admit(connection)
        except (OSError, asyncio.CancelledError):  # the peer is gone, or we are
            connection.close()


def _count_as_readable(connection: socket.socket, least_bytes: int) -> None:
    """What is peeked at stays there; without this it would be readable, and looked at, without end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, least_bytes)
