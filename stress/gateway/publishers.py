"""How messages reach a server: each peer's own way, from a process that is not the server's."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Protocol

import redis

from stress.gateway.channel_layer import LAYER, layer_options
from stress.gateway.messages import FACILITY, TEXT, masked
from stress.gateway.reception import END_OF_HEAD, KEY

CHANNEL = f"rodan:broadcast:{FACILITY}"
Address = tuple[str, int]


class Publisher(Protocol):
    """Tells the server's clients."""

    def publish(self, texts: Sequence[bytes]) -> None:
        """In this order, as fast as it goes."""
        ...

    def close(self) -> None: ...


Publishing = Callable[[str, Address], Publisher]
"""Of Redis's URL and the server's address."""


class RedisPublisher:
    """PUBLISH, as ws4redis's publisher does."""

    def __init__(self, redis_url: str, _address: Address) -> None:
        self._redis = redis.Redis.from_url(redis_url)

    def publish(self, texts: Sequence[bytes]) -> None:
        commands = self._redis.pipeline(transaction=False)
        for text in texts:
            commands.publish(CHANNEL, text)
        commands.execute()

    def close(self) -> None:
        self._redis.close()


class GroupPublisher:
    """`group_send` of Channels' layer."""

    def __init__(self, redis_url: str, _address: Address) -> None:
        self._runner = asyncio.Runner()
        module, _, name = LAYER.rpartition(".")
        self._layer: Any = getattr(import_module(module), name)(**layer_options(redis_url))

    def publish(self, texts: Sequence[bytes]) -> None:
        self._runner.run(self._send(texts))

    def close(self) -> None:
        self._runner.run(self._layer.flush())
        self._runner.close()

    async def _send(self, texts: Sequence[bytes]) -> None:
        for text in texts:
            await self._layer.group_send(FACILITY, {"type": "tell", "text": text.decode()})


class SocketPublisher:
    """A WebSocket to the server itself."""

    def __init__(self, _redis_url: str, address: Address) -> None:
        self._socket = socket.create_connection(address)
        head = f"GET /publish HTTP/1.1\r\nHost: {address[0]}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        self._socket.sendall(f"{head}Sec-WebSocket-Key: {KEY.decode()}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        answer = b""
        while END_OF_HEAD not in answer:
            answer += self._socket.recv(1024)

    def publish(self, texts: Sequence[bytes]) -> None:
        self._socket.sendall(b"".join(masked(TEXT, text) for text in texts))

    def close(self) -> None:
        self._socket.close()
