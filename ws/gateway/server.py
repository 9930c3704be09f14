"""The gateway: wires clients, heartbeats and feed, and runs until it is asked to stop."""

import asyncio
import socket
from typing import Protocol

from ws.gateway.client import Client
from ws.gateway.feed import Feed
from ws.gateway.following import Following
from ws.gateway.frames import message_frame
from ws.gateway.handshake import Rules
from ws.gateway.heartbeat import SLOT_SECONDS, HeartbeatWheel
from ws.gateway.observations import Stopped
from ws.gateway.query import Wish
from ws.observation import Observe
from ws.settings import WsSettings
from ws.wire.channels import broadcast_channel
from ws.wire.codes import RESTARTING

WAITING_TO_BE_ACCEPTED = 4096
"""A crowd that reconnects at once is not refused."""


class Door(Protocol):
    """Where clients come in, as `asyncio.Server` is one."""

    def close(self) -> None:
        """Let nobody else in."""
        ...


class Gateway:
    """One process's clients. Made inside the running loop."""

    def __init__(self, settings: WsSettings, feed: Feed, observe: Observe, rules: Rules | None = None) -> None:
        self.settings = settings
        self.rules = rules or Rules(settings.websocket_url, settings.allowed_origins)
        self.heartbeat_frame = None if settings.heartbeat is None else message_frame(settings.heartbeat.encode())
        self.observe = observe
        self._loop = asyncio.get_running_loop()
        self._feed = feed
        self._following = Following(settings.prefix, feed, observe, self._loop)
        self._wheel = HeartbeatWheel(self._loop.time())
        self._clients: set[Client] = set()
        self._is_empty = asyncio.Event()
        self._is_empty.set()

    async def serve(self, host: str, port: int) -> asyncio.Server:
        """Accept clients. Raises OSError if the address cannot be had."""
        return await self._loop.create_server(lambda: Client(self), host, port, backlog=WAITING_TO_BE_ACCEPTED)

    async def admit(self, connection: socket.socket) -> None:
        """Take in the client of a connection from which nothing was read. Raises OSError if it is gone."""
        await self._loop.connect_accepted_socket(lambda: Client(self), connection)

    async def run(self, door: Door, stop: asyncio.Event) -> None:
        """Hand out messages until `stop`, then close the door and tell every client to reconnect.

        Raises what ended the feed, should that happen first; the clients are told all the same.
        """
        self._tick()
        reading = asyncio.create_task(self._feed.run(self._following))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({reading, stopping}, return_when=asyncio.FIRST_COMPLETED)
        door.close()
        told = await self._drain()
        stopping.cancel()
        if reading.done():
            await reading
        self.observe(Stopped(told))
        reading.cancel()
        await asyncio.wait({reading})
        await self._feed.close()

    async def _drain(self) -> int:
        """Tell every client to reconnect, wait `DRAIN_SECONDS` for their goodbyes; how many there were."""
        clients = list(self._clients)
        for client in clients:
            if client.is_open:
                client.close(RESTARTING)
            else:
                client.abort()
        try:
            async with asyncio.timeout(self.settings.drain_seconds):
                await self._is_empty.wait()
        except TimeoutError:
            for client in list(self._clients):
                client.abort()
        return len(clients)

    # What a client tells.

    def connected(self, client: Client) -> None:
        self._clients.add(client)
        self._is_empty.clear()

    def opened(self, client: Client, wish: Wish) -> None:
        """Follow what it asked for: first the kept message, then a heartbeat, then what comes."""
        now = self._loop.time()
        client.idle_since = now
        if wish.wants_broadcast:
            self._following.join(client, broadcast_channel(self.settings.prefix, wish.facility))
        else:
            client.beat(now)
        self._wheel.add(client, now)

    def left(self, client: Client) -> None:
        self._wheel.remove(client)
        self._following.leave(client)

    def gone(self, client: Client) -> None:
        self._clients.discard(client)
        if not self._clients:
            self._is_empty.set()

    def _tick(self) -> None:
        self._wheel.tick(self._loop.time())
        self._loop.call_later(SLOT_SECONDS, self._tick)
