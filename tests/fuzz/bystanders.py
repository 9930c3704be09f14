"""Good clients beside the bad ones: one is told numbers and hears them all, in order; one hears heartbeats alone."""

import asyncio
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from redis.asyncio import Redis
from websockets.asyncio.client import ClientConnection, connect

from tests.fuzz.heads import URL
from tests.ws.gateway.raw_client import HEARTBEAT

PATIENCE_SECONDS = 30.0
BETWEEN_SECONDS = 0.05
LOUD_BYTES = 20_000
NUMBERS, SILENCE = "numbers", "silence"


class Bystanders:
    """While it is entered, all of them are there, and what they hear is judged."""

    def __init__(self, port: int, redis: Redis) -> None:
        self._port = port
        self._redis = redis
        self._cleanup = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_over = False
        self.heard = 0
        self.beats = 0

    async def __aenter__(self) -> Self:
        numbers, silence = await self._open(NUMBERS), await self._open(SILENCE)
        for work in (self._publish(), self._count(numbers), self._listen(silence)):
            self._tasks.append(asyncio.create_task(work))
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._is_over = True
        for task in self._tasks:
            task.cancel()
        _, going_on = await asyncio.wait(self._tasks, timeout=PATIENCE_SECONDS)
        assert not going_on, [task.get_stack() for task in going_on]
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._cleanup.aclose()

    def require_service(self) -> None:
        """Raises what went wrong for one of them."""
        for task in self._tasks:
            if task.done():
                task.result()

    async def _open(self, facility: str) -> ClientConnection:
        address = f"ws://127.0.0.1:{self._port}{URL}{facility}?subscribe-broadcast"
        client = await self._cleanup.enter_async_context(connect(address, proxy=None))
        assert await _next(client) == HEARTBEAT
        return client

    async def _publish(self) -> None:
        """Numbers, and what is too much for those who do not read. redis-py may swallow a cancellation."""
        number = 0
        while not self._is_over:
            await self._redis.publish(f"fuzz:broadcast:{NUMBERS}", str(number))
            await self._redis.publish("fuzz:broadcast:loud", b"%d " % number * (LOUD_BYTES // 8))
            number += 1
            await asyncio.sleep(BETWEEN_SECONDS)

    async def _count(self, client: ClientConnection) -> None:
        while True:
            text = await _next(client)
            if text == HEARTBEAT:
                continue
            assert text == str(self.heard), f"{text!r} was heard where {self.heard} comes next"
            self.heard += 1

    async def _listen(self, client: ClientConnection) -> None:
        while True:
            text = await _next(client)
            assert text == HEARTBEAT, f"{text!r} was heard where nobody speaks"
            self.beats += 1


async def _next(client: ClientConnection) -> str | bytes:
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await client.recv()
