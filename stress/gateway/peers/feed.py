"""Messages from Redis without a client library's work for each."""

import os
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import hiredis

from stress.gateway.publishers import CHANNEL

READ_BYTES = 64 * 1024


def subscribe() -> socket.socket:
    """A connection to REDIS_URL, a plain address, that follows the channel."""
    place = urlsplit(os.environ["REDIS_URL"])
    connection = socket.create_connection((place.hostname or "127.0.0.1", place.port or 6379))
    if place.password:
        connection.sendall(f"AUTH {place.password}\r\n".encode())
    connection.sendall(f"SUBSCRIBE {CHANNEL}\r\n".encode())
    return connection


def read_messages(connection: socket.socket, reader: hiredis.Reader) -> Iterator[bytes]:
    """Those that have come. Raises EOFError where Redis has gone."""
    if not (chunk := connection.recv(READ_BYTES)):
        raise EOFError("Redis has gone.")
    reader.feed(chunk)
    while reply := reader.gets():
        if isinstance(reply, list) and reply[0] == b"message":
            yield reply[2]
