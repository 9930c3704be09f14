"""All clients in one loop: they come, and come back when they are told to, at once but not all in one moment."""

import asyncio
from collections.abc import Callable

from stress.restarts.client import RESTARTING, Client
from stress.restarts.ear import Ear
from stress.restarts.tally import Tally
from stress.restarts.tape import Tape

COME_BACK_SECONDS = 1.0
"""Who is told comes back within this while, as `rowcast.js` does at its first attempt."""
ARRIVALS_AT_ONCE = 100
LOOK_SECONDS = 0.05
SOURCES = [f"127.0.0.{number}" for number in range(2, 18)]
"""Each has 28,000 ports, which rest for a minute after use."""


class Crowd:
    """`chance`, from 0 to 1, says who waits how long."""

    def __init__(self, port: int, facility: str, number: int, chance: Callable[[], float]) -> None:
        self._loop = asyncio.get_running_loop()
        self._port = port
        self._chance = chance
        self._clients = [Client(self, name) for name in range(1, number + 1)]
        self._served: set[Client] = set()
        self._coming: set[asyncio.Task[None]] = set()
        self._is_over = False
        self.tape = Tape()
        self.tally = Tally()
        self.request = (
            f"GET /ws/{facility}?subscribe-broadcast HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        ).encode()

    async def arrive(self) -> None:
        """All of them, for the first time."""
        places = asyncio.Semaphore(ARRIVALS_AT_ONCE)

        async def come(client: Client) -> None:
            async with places:
                await self._come(client)

        await asyncio.gather(*map(come, self._clients))

    async def until_served(self, told: int, seconds: float) -> bool:
        """Whether in this time clients were told so many times in all, and all of them are served."""
        return await self._until(
            lambda: len(self._served) == len(self._clients) and self.tally.told >= told,
            seconds,
        )

    async def until_heard(self, seq: int, seconds: float) -> int:
        """Wait so long until all clients have heard this message; how many have not."""
        await self._until(lambda: all(client.has_heard(seq) for client in self._clients), seconds)
        return sum(not client.has_heard(seq) for client in self._clients)

    def end(self) -> None:
        """Whatever they meet from here on does not count."""
        self._is_over = True
        for task in self._coming:
            task.cancel()
        for client in self._clients:
            client.end()

    # What a client tells.

    def opened(self, client: Client) -> None:
        self.tally.opened(self._since_told(client))

    def refused(self, client: Client, reason: str) -> None:
        if not self._is_over:
            self.tally.refused[reason] += 1
            self._come_back(client)

    def served(self, client: Client, ear: Ear) -> None:
        self.tally.served(self._since_told(client))
        client.told_at = None
        self._served.add(client)
        if client.last is not None and ear.first is not None:
            self.tally.refetched += ear.first - client.last
            if ear.first < client.last:
                self.tally.fault(f"client {client.number} had heard seq {client.last}, and is given {ear.first}")

    def ended(self, client: Client, ear: Ear) -> None:
        self.tally.messages += ear.heard
        if self._is_over:
            return
        self._served.discard(client)
        client.last = ear.last
        if ear.fault is not None:
            self.tally.fault(f"client {client.number}: {ear.fault}")
        if ear.close_code == RESTARTING:
            self.tally.told += 1
        elif ear.fault is None:
            self.tally.unsaid[f"code {ear.close_code}" if ear.close_code else "without a Close"] += 1
        self._come_back(client)

    def _since_told(self, client: Client) -> float | None:
        return None if client.told_at is None else self._loop.time() - client.told_at

    def _come_back(self, client: Client) -> None:
        self._loop.call_later(self._chance() * COME_BACK_SECONDS, self._start_to_come, client)

    def _start_to_come(self, client: Client) -> None:
        if not self._is_over:
            task = self._loop.create_task(self._come(client))
            self._coming.add(task)
            task.add_done_callback(self._coming.discard)

    async def _come(self, client: Client) -> None:
        try:
            source = (SOURCES[client.number % len(SOURCES)], 0)
            await self._loop.create_connection(lambda: client, "127.0.0.1", self._port, local_addr=source)
        except OSError as error:
            self.refused(client, error.strerror or str(error))

    async def _until(self, condition: Callable[[], bool], seconds: float) -> bool:
        deadline = self._loop.time() + seconds
        while not condition():
            if self._loop.time() > deadline:
                return False
            await asyncio.sleep(LOOK_SECONDS)
        return True
