"""Where clients come in: accepts on a socket that listens, and makes a connection of each."""

import errno
import os
import socket
from collections.abc import Callable
from contextlib import suppress

from ws.gateway.connection import Carried, Connection
from ws.gateway.poller import Poller

ACCEPTED_PER_TURN = 16
"""Then those who are in have their turn."""
NO_MORE_DESCRIPTORS = {errno.EMFILE, errno.ENFILE}


class Doorway:
    """Of one listening socket, from here on its owner."""

    def __init__(self, listener: socket.socket, poller: Poller, make_client: Callable[[], Carried]) -> None:
        self._listener = listener
        self._poller = poller
        self._make_client = make_client
        self._spare = os.open(os.devnull, os.O_RDONLY)
        """A descriptor to take in with, and send away, whom the system has none for: else its loop would not rest."""
        listener.settimeout(0)
        poller.loop.add_reader(listener, self._accept)

    def close(self) -> None:
        """Nobody else comes in. Closing twice does no harm."""
        if self._listener.fileno() >= 0:
            self._poller.loop.remove_reader(self._listener)
            self._listener.close()
            os.close(self._spare)

    def _accept(self) -> None:
        for _ in range(ACCEPTED_PER_TURN):
            try:
                connection, _address = self._listener.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in NO_MORE_DESCRIPTORS:
                    self._send_away()
                continue  # another error is the connection's own (accept(2))
            connection.settimeout(0)
            if connection.family != socket.AF_UNIX:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Connection(self._poller, connection.detach(), self._make_client())

    def _send_away(self) -> None:
        os.close(self._spare)
        with suppress(OSError):
            self._listener.accept()[0].close()
        self._spare = os.open(os.devnull, os.O_RDONLY)
