"""Connections for which there is no place: each is told so as soon as it has asked, and ends.

An answer to a request that was not read yet could be lost, because the kernel ends such a connection with a reset. So
a few are waited for, for a moment; where there are more than a few, they are answered unasked.
"""

import asyncio
from collections.abc import Callable

WAITED_FOR = 64
"""Each is a file descriptor; `descriptors` keeps as many back."""
PATIENCE_SECONDS = 1.0


class TurnedAway:
    """Of one process."""

    def __init__(self) -> None:
        self._waited_for: set[_Farewell] = set()

    def add(self, transport: asyncio.Transport, answer: bytes) -> None:
        """Take this connection over."""
        farewell = _Farewell(transport, answer, self._waited_for.discard)
        transport.set_protocol(farewell)
        if len(self._waited_for) < WAITED_FOR:
            self._waited_for.add(farewell)
            farewell.wait()
        else:
            farewell.tell()


class _Farewell(asyncio.Protocol):
    """In the place of a client's protocol."""

    def __init__(self, transport: asyncio.Transport, answer: bytes, ended: Callable[["_Farewell"], None]) -> None:
        self._transport = transport
        self._answer = answer
        self._ended = ended
        self._timer: asyncio.TimerHandle | None = None

    def wait(self) -> None:
        """For its request, and not long."""
        self._timer = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self.tell)

    def tell(self) -> None:
        """Why, and no more."""
        if not self._transport.is_closing():
            self._transport.write(self._answer)
            self._transport.close()

    def data_received(self, _data: bytes) -> None:
        self.tell()

    def connection_lost(self, _error: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._ended(self)
