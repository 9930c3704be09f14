"""What listens at one address. The keeper has it for as long as it runs, so that a worker's end refuses nobody."""

import socket
from collections.abc import Sequence

from ws.keeper.addresses import UNIX, bracketed

WAITING_TO_BE_ACCEPTED = 4096
"""A crowd that reconnects at once is not refused."""


class CannotListenError(OSError):
    """The address can't be had; the message says what to do."""

    def __init__(self, address: object, why: str, remedy: str) -> None:
        super().__init__(f"The gateway cannot listen on {address}: {why}\n{remedy}")


class Listener:
    """Sockets of one address: one for each place, or one for all."""

    def __init__(self, sockets: Sequence[socket.socket]) -> None:
        self._sockets = sockets
        self.where = sockets[0].getsockname()
        """Host, port, …; or a path."""

    def of(self, place: int) -> socket.socket:
        """On which the worker of this place accepts; the first is 0."""
        return self._sockets[place % len(self._sockets)]

    def url(self, scheme: str, path: str) -> str:
        """As a client would write it; of a socket in the file system, its address."""
        if self._sockets[0].family == socket.AF_UNIX:
            return f"{UNIX}{self.where}"
        return f"{scheme}://{bracketed(self.where[0])}:{self.where[1]}{path}"

    def close(self) -> None:
        """The address is given up. Closing twice does no harm."""
        for each in self._sockets:
            each.close()
