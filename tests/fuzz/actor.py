"""One client that does what its script says, over TCP."""

import asyncio
import socket
import struct
from contextlib import suppress

from tests.fuzz.frames import CLOSE, FIN, MASKED
from tests.fuzz.scripts import Script

ADDRESS = "127.0.0.1"
HEARD_BYTES_AT_MOST = 4 * 1024 * 1024
LITTLE_BYTES = 512
SLOWLY_SECONDS = 0.05
PATIENCE_SECONDS = 1.2
GOODBYE = bytes([FIN | CLOSE, MASKED | 2, 0, 0, 0, 0]) + (1000).to_bytes(2)
RESET = struct.pack("ii", 1, 0)


async def act(script: Script, port: int) -> bytes:
    """All that it heard."""
    loop = asyncio.get_running_loop()
    with socket.socket() as connection:
        connection.settimeout(0)
        if script.reads != "all":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await loop.sock_connect(connection, (ADDRESS, port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        heard = bytearray()
        listening = asyncio.create_task(_listen(script, connection, heard))
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS + script.linger_seconds):
                await _speak(script, connection)
                await _end(script, connection, listening)
        listening.cancel()
        await asyncio.wait({listening})
        if not listening.cancelled():
            listening.exception()
        return bytes(heard)


async def _speak(script: Script, connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    for piece in script.pieces:
        await loop.sock_sendall(connection, piece)
        await asyncio.sleep(script.pause_seconds)
    await asyncio.sleep(script.linger_seconds)


async def _end(script: Script, connection: socket.socket, listening: "asyncio.Task[None]") -> None:
    if script.end == "goodbye":
        await asyncio.get_running_loop().sock_sendall(connection, GOODBYE)
    if script.end == "half":
        connection.shutdown(socket.SHUT_WR)
    if script.end == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    if script.end in {"goodbye", "half", "wait"}:
        await asyncio.wait({listening})


async def _listen(script: Script, connection: socket.socket, heard: bytearray) -> None:
    """Until the gateway ends the connection."""
    loop = asyncio.get_running_loop()
    if script.reads == "nothing":
        await loop.create_future()
    size = 65_536 if script.reads == "all" else LITTLE_BYTES
    with suppress(OSError):
        while data := await loop.sock_recv(connection, size):
            if len(heard) < HEARD_BYTES_AT_MOST:
                heard += data
            if script.reads == "little":
                await asyncio.sleep(SLOWLY_SECONDS)
