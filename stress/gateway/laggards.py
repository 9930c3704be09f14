"""Clients that read much more slowly than they are written to, and never more than a little at a time."""

import socket
from collections.abc import Sequence

from stress.gateway.reception import END_OF_HEAD

RECEIVE_BUFFER_BYTES = 2048
"""The kernel doubles it. A larger one would take a while to fill."""
READ_SECONDS = 0.25
BYTES_PER_SECOND = 1024
ANSWER_SECONDS = 30.0


class Laggards:
    """They are asked to read from time to time, as they have no loop of their own."""

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        self._read_at = 0.0
        self.cut_off = 0
        """How many of them the server has given up."""

    def open(self, address: tuple[str, int], requests: Sequence[bytes]) -> None:
        """A client for each request."""
        for request in requests:
            connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
            connection.settimeout(ANSWER_SECONDS)
            connection.connect(address)
            connection.sendall(request)
            while not connection.recv(RECEIVE_BUFFER_BYTES, socket.MSG_PEEK).count(END_OF_HEAD):
                continue
            connection.settimeout(0)
            self._sockets.append(connection)

    def read(self, now: float) -> None:
        """What is due since the last time."""
        if now - self._read_at < READ_SECONDS:
            return
        self._read_at = now
        for connection in list(self._sockets):
            try:
                is_gone = not connection.recv(int(BYTES_PER_SECOND * READ_SECONDS))
            except BlockingIOError:
                continue
            except ConnectionError:
                is_gone = True
            if is_gone:
                self.cut_off += 1
                self._sockets.remove(connection)
                connection.close()

    def close(self) -> None:
        for connection in self._sockets:
            connection.close()
        self._sockets.clear()
