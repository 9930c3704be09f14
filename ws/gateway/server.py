"""The gateway: wires clients, hub, heartbeats and feed, and runs until it is asked to stop."""

import asyncio
import socket
from functools import partial
from typing import Protocol

from ws.gateway.client import Client
from ws.gateway.feed import Feed
from ws.gateway.frames import message_frame
from ws.gateway.handshake import Rules
from ws.gateway.heartbeat import SLOT_SECONDS, HeartbeatWheel
from ws.gateway.hub import Followers, Hub
from ws.gateway.observations import RedisRegained, Stopped
from ws.gateway.query import Wish
from ws.observation import Observe
from ws.settings import WsSettings
from ws.wire.channels import Channel, broadcast_channel
from ws.wire.codes import REFUSED_BY_REDIS, RESTARTING

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
        self._hub = Hub()
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
        reading = asyncio.create_task(self._feed.run(self))
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
            self._follow(client, broadcast_channel(self.settings.prefix, wish.facility), now)
        else:
            client.beat(now)
        self._wheel.add(client, now)

    def left(self, client: Client) -> None:
        self._wheel.remove(client)
        if client.channel is not None and self._hub.leave(client, client.channel):
            self._feed.unsubscribe(client.channel)
        client.channel = None

    def gone(self, client: Client) -> None:
        self._clients.discard(client)
        if not self._clients:
            self._is_empty.set()

    # What the feed tells.

    def message(self, channel: Channel, message: bytes) -> None:
        if self._hub.publish(channel, message):
            self._loop.call_soon(self._flush)

    def refused(self, channel: Channel) -> None:
        for client in [client for client in self._clients if client.channel == channel]:
            client.close(REFUSED_BY_REDIS)

    def regained(self) -> None:
        followers = [client for client in self._clients if client.channel is not None]
        self.observe(RedisRegained(len(followers)))
        for client in followers:
            client.close(RESTARTING)

    def _follow(self, client: Client, channel: Channel, now: float) -> None:
        if not self._hub.is_followed(channel):
            self._feed.subscribe(channel)
        followers = self._hub.join(client, channel, now)
        client.channel, client.followers = channel, followers
        self._feed.ask_kept(channel, partial(self._kept, client, followers, followers.messages))

    def _kept(self, client: Client, followers: Followers, messages_before: int, kept: bytes | None) -> None:
        """A kept message is for those whom nothing newer has reached since they joined."""
        if kept is not None and followers.messages == messages_before:
            client.deliver(message_frame(kept))
        client.beat(self._loop.time())

    def _flush(self) -> None:
        self._hub.flush(self._loop.time())

    def _tick(self) -> None:
        self._wheel.tick(self._loop.time())
        self._loop.call_later(SLOT_SECONDS, self._tick)
