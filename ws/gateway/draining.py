"""The end of a gateway's clients: each is told to return, evenly over a span, and then has a while to answer.

Until it is told a client gets its messages. Who is not in yet is let in, and told at once.
"""

import asyncio
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from ws.gateway.client import Client
from ws.gateway.farewell import told_by
from ws.wire.codes import RESTARTING

ANSWER_SECONDS = 2.0
"""How long the last who was told may take to answer."""
TICK_SECONDS = 0.01


class Drained(NamedTuple):
    """How it went."""

    told: int
    cut: int
    """Who had not answered by the end, or had not finished its handshake."""


class Draining:
    """Of one gateway, whose door is closed. Made inside the running loop, and begins at once.

    `clients`: all that are connected, as they come and go.
    """

    def __init__(self, clients: AbstractSet[Client], seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._clients = clients
        self._began = self._loop.time()
        self._seconds = seconds
        self._listed = [client for client in clients if client.is_open]
        self._next = 0
        self._told = 0
        self._timer = self._loop.call_soon(self._tick)

    def opened(self, client: Client) -> None:
        """One that was not in yet when it began."""
        self._loop.call_soon(self._tell, client)

    async def run(self, is_empty: asyncio.Event, answer_seconds: float) -> Drained:
        """Until all clients have gone; after the span and this while, who is left is cut off."""
        cut = 0
        try:
            async with asyncio.timeout_at(self._began + self._seconds + answer_seconds):
                await is_empty.wait()
        except TimeoutError:
            left = tuple(self._clients)
            cut = len(left)
            for client in left:
                client.abort()
        self._timer.cancel()
        return Drained(self._told, cut)

    def _tick(self) -> None:
        due = told_by(self._loop.time() - self._began, self._seconds, len(self._listed))
        for client in self._listed[self._next : due]:
            self._tell(client)
        self._next = due
        if due < len(self._listed):
            self._timer = self._loop.call_later(TICK_SECONDS, self._tick)

    def _tell(self, client: Client) -> None:
        if client.is_open:
            self._told += 1
            client.close(RESTARTING)
