"""`python -m stress.gateway.peers.send HOST PORT [nagle]`: a bare loop of `send`, the least of a server in Python.

One process, blocking sockets. A message comes from Redis, becomes a frame once, and goes out by one system call for
each client. Nothing that a client says is read, and no client may leave. With `nagle` what one has not acknowledged
holds its next message up (RFC 9293, 3.7.4), and is sent when it has, in its processor's time.
"""

import select
import socket
import sys
from base64 import b64encode
from hashlib import sha1

import hiredis

from stress.gateway.messages import frame
from stress.gateway.peers.feed import read_messages, subscribe

WAITING = 1024
MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def main() -> None:
    clients, is_at_once = list[socket.socket](), "nagle" not in sys.argv[3:]
    redis, reader = subscribe(), hiredis.Reader()
    with socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=WAITING) as door:
        while True:
            for ready in select.select([door, redis], [], [])[0]:
                if ready is door:
                    let_in(door.accept()[0], clients, is_at_once=is_at_once)
                else:
                    for message in read_messages(redis, reader):
                        deliver(frame(message), clients)


def deliver(finished: bytes, clients: list[socket.socket]) -> None:
    """This is it."""
    for client in clients:
        client.send(finished)


def let_in(client: socket.socket, clients: list[socket.socket], *, is_at_once: bool) -> None:
    """By the opening handshake; whoever only looks whether somebody listens is let go."""
    request = b""
    while b"\r\n\r\n" not in request:
        if not (more := client.recv(4096)):
            client.close()
            return
        request += more
    key = next(line for line in request.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key: ")).split()[1]
    proof = b64encode(sha1(key + MAGIC, usedforsecurity=False).digest())
    lines = [
        b"HTTP/1.1 101 Switching Protocols",
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Accept: " + proof,
    ]
    client.sendall(b"\r\n".join([*lines, b"", b""]))
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, is_at_once)
    clients.append(client)


if __name__ == "__main__":
    main()
