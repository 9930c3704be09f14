"""The gateway: wires clients, heartbeats and feed, and runs until it is asked to stop."""

import asyncio
import socket
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from ssl import SSLContext
from traceback import format_exception
from typing import Protocol

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from websockets.http11 import Request

from ws.access import load_access
from ws.discretion import without
from ws.gateway.admission import Admission
from ws.gateway.arrivals import Arrivals
from ws.gateway.canary import Canary
from ws.gateway.client import Client
from ws.gateway.confidences import confidences
from ws.gateway.connection import Connection
from ws.gateway.doorkeeper import Doorkeeper
from ws.gateway.doorway import Doorway
from ws.gateway.draining import ANSWER_SECONDS, Drained, Draining
from ws.gateway.feed import Feed
from ws.gateway.following import Following
from ws.gateway.frames import message_frame
from ws.gateway.handshake import Answer, Rules, refusal
from ws.gateway.heartbeat import SLOT_SECONDS, HeartbeatWheel
from ws.gateway.observations import AdmissionFailed, MessageNotPublished, Stopped, Withdrawn
from ws.gateway.poller import IS_HERE, Poller
from ws.gateway.proxies import Asker, trusted_proxies
from ws.gateway.query import RefusedError
from ws.gateway.question import publishing
from ws.gateway.rechecks import Rechecks
from ws.gateway.standing import Narrowed, verdict
from ws.gateway.tcp_client import TcpClient
from ws.gateway.traffic import Traffic
from ws.gateway.transport_client import TransportClient
from ws.observation import Observe
from ws.settings import WsSettings
from ws.wire.channels import canary_channel
from ws.wire.codes import NOT_PUBLISHED, Close

WAITING_TO_BE_ACCEPTED = 4096
"""A crowd that reconnects at once is not refused."""


INBOX_BYTES = 16 * 1024
"""So much at most is read of a client before others have their turn, and is kept of one that says too much."""


class Door(Protocol):
    """Where clients come in, as `asyncio.Server` is one."""

    def close(self) -> None:
        """Let nobody else in."""
        ...


class Gateway:
    """One process's clients. Made inside the running loop."""

    def __init__(self, settings: WsSettings, feed: Feed, observe: Observe, rules: Rules | None = None) -> None:
        """Raises AccessError where the site's own rules can't be applied, ValueError for a proxy that is none."""
        self.settings = settings
        trusted = trusted_proxies(settings.trusted_proxies)
        self.rules = replace(rules or Rules(settings.websocket_url, settings.allowed_origins), trusted=trusted)
        self._heartbeat = None if settings.heartbeat is None else settings.heartbeat.encode()
        self.heartbeat_frame = None if self._heartbeat is None else message_frame(self._heartbeat)
        self.inbox = memoryview(bytearray(INBOX_BYTES))
        self.observe = observe
        self._loop = asyncio.get_running_loop()
        self._feed = feed
        self._following = Following(settings.prefix, feed, observe, self._loop)
        access = load_access(settings)
        self.asks_the_site = access.asks_the_site
        self._doorkeeper = Doorkeeper(access, settings, self._loop)
        self._rechecks = Rechecks[Client](self._loop, observe, self._look_again)
        self.now = self._loop.time()
        self._wheel = HeartbeatWheel(self.now)
        self._arrivals = Arrivals(settings, trusted, observe)
        self._clients: dict[Client, None] = {}
        self._draining: Draining | None = None
        self.connections = self.openings = 0
        """How many came, and how many of them were let in."""
        self.is_serving = False
        self.canary: Canary | None = None
        """What is sent through all parts, where the settings say so."""
        if settings.canary_seconds is not None:
            channel = canary_channel(settings.prefix)
            today = partial(datetime.now, UTC)
            self.canary = Canary(channel, settings.canary_seconds, self._following, feed, observe=observe, today=today)
        self._poller = Poller(self._loop) if IS_HERE else None
        self._is_empty = asyncio.Event()
        self._is_empty.set()

    @property
    def traffic(self) -> Traffic:
        """What was handed out."""
        return self._following.traffic

    def census(self) -> tuple[int, int]:
        """How many clients there are, and how many channels they follow."""
        return len(self._clients), len(self._following.channels())

    async def serve(self, listener: socket.socket, tls: SSLContext | None = None) -> Door:
        """Accept clients on a socket that listens; it is this gateway's from here on."""
        if self._poller is not None and tls is None:
            return Doorway(listener, self._poller, lambda: TcpClient(self))
        is_local = listener.family == socket.AF_UNIX
        create = self._loop.create_unix_server if is_local else self._loop.create_server
        return await create(
            lambda: TransportClient(self),
            sock=listener,
            backlog=WAITING_TO_BE_ACCEPTED,
            ssl=tls,
            ssl_handshake_timeout=self.settings.handshake_seconds if tls else None,
        )

    async def admit(self, connection: socket.socket) -> None:
        """Take in the client of a connection from which nothing was read. Raises OSError if it is gone."""
        if self._poller is None:
            await self._loop.connect_accepted_socket(lambda: TransportClient(self), connection)
            return
        connection.settimeout(0)
        Connection(self._poller, connection.detach(), TcpClient(self))

    async def run(self, door: Door, stop: asyncio.Event, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        """Hand out messages until `stop`, then close the door and tell every client to reconnect, within DRAIN_SECONDS.

        The last has `answer_seconds` to answer. Raises what ended the feed, should that happen first; the clients are
        told all the same.
        """
        self._tick()
        self.is_serving = True
        if self.canary is not None:
            self._listen_for(self.canary)
        self._rechecks.start()
        reading = asyncio.create_task(self._feed.run(self._following))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({reading, stopping}, return_when=asyncio.FIRST_COMPLETED)
        self.is_serving = False
        door.close()
        self._rechecks.close()
        drained = await self._drain(answer_seconds)
        self._doorkeeper.close()
        stopping.cancel()
        if reading.done():
            await reading
        self.observe(Stopped(drained.told, drained.cut))
        reading.cancel()
        await asyncio.wait({reading})
        await self._feed.close()
        if self._poller is not None:
            self._poller.close()

    async def _drain(self, answer_seconds: float) -> Drained:
        self._draining = Draining(self._clients.keys(), self.settings.drain_seconds)
        return await self._draining.run(self._is_empty, answer_seconds)

    # What a client tells.

    def connected(self, client: Client) -> None:
        self.connections += 1
        self._arrivals.arrive(client)
        self._clients[client] = None
        self._is_empty.clear()

    def turn_away(self, peer: str, transport: asyncio.Transport, error: RefusedError) -> None:
        self._arrivals.turn_away(peer, transport, error)

    def recognised(self, client: Client, asker: Asker) -> None:
        self._arrivals.recognise(client, asker)

    def asked(self, client: Client, answer: Answer) -> None:
        """Most ask for what anybody may have."""
        assert answer.wish is not None
        admission = self._doorkeeper.at_once(answer.wish)
        if admission is not None:
            client.admit(answer, admission)
        else:
            self._doorkeeper.ask(client, answer, partial(self._decided, client, answer))

    def opened(self, client: Client) -> None:
        """Follow what it asked for: first the kept messages, then a heartbeat, then what comes."""
        self.openings += 1
        client.idle_since = now = self._loop.time()
        self._following.join(client, client.admission.follows)
        self._wheel.add(client, now)
        self._rechecks.add(client)
        if self._draining is not None:
            self._draining.opened(client)

    def said(self, client: Client, message: bytes) -> bool:
        """Publish it where it may, but for heartbeats and nothing."""
        admission = client.admission
        if not message or message == self._heartbeat or not admission.publishes:
            return False
        if not admission.wants_echo:
            self._following.spoke(client, message)
        expire = self.settings.expire_seconds
        commands = [publishing(channel, message, expire) for channel in admission.publishes]
        is_told = self._feed.publish(commands, partial(self._published, client))
        if not is_told:
            self._not_published(client)
        return is_told

    def left(self, client: Client) -> None:
        self._wheel.remove(client)
        self._rechecks.remove(client)
        self._following.leave(client)

    def gone(self, client: Client) -> None:
        if client in self._clients:
            del self._clients[client]
            self._arrivals.leave(client)
        if not self._clients:
            self._is_empty.set()

    def _decided(self, client: Client, answer: Answer, outcome: Admission | Exception | None) -> None:
        if isinstance(outcome, Admission):
            client.admit(answer, outcome)
        elif isinstance(outcome, PermissionDenied):
            client.refuse(refusal(RefusedError(403, str(outcome) or "This is not allowed.")))
        elif isinstance(outcome, SuspiciousOperation):  # as Django answers it, by DisallowedHost for one
            client.refuse(refusal(RefusedError(400, f"{type(outcome).__name__}: this request is suspicious.")))
        elif outcome is not None:
            self._admission_failed(client, answer.request, outcome)
            client.refuse(refusal(RefusedError(500, "It could not be found out what is allowed.")))

    def _admission_failed(self, client: Client, request: Request | None, error: Exception) -> None:
        told = set() if request is None else confidences(request)
        self.observe(AdmissionFailed(client.peer, without("".join(format_exception(error)), told)))

    def _look_again(self, client: Client) -> None:
        self._doorkeeper.ask_again(client, partial(self._decided_again, client))

    def _decided_again(self, client: Client, outcome: Admission | Exception | None) -> None:
        if outcome is None or not client.is_open:
            return
        if isinstance(outcome, Exception) and not isinstance(outcome, PermissionDenied):
            self._admission_failed(client, client.request, outcome)
            self._rechecks.add(client)
            return
        found = verdict(client.admission, outcome if isinstance(outcome, Admission) else None)
        if isinstance(found, Close):
            self.observe(Withdrawn(client.peer, ()))
            client.close(found)
        elif found.withdrawn or found.publishes != client.admission.publishes:
            self._narrow(client, found)

    def _narrow(self, client: Client, found: Narrowed) -> None:
        self.observe(Withdrawn(client.peer, found.withdrawn))
        before = client.admission
        follows = tuple(channel for channel in before.follows if channel not in found.withdrawn)
        client.admission = replace(before, follows=follows, publishes=found.publishes)
        for channel in found.withdrawn:
            self._following.withdraw(client, channel)

    def _published(self, client: Client, is_done: bool) -> None:  # noqa: FBT001 - an answer
        if not is_done:
            self._not_published(client)
        client.heard()

    def _not_published(self, client: Client) -> None:
        if client.is_open:
            self.observe(MessageNotPublished(client.peer, client.admission.publishes))
            client.close(NOT_PUBLISHED)

    def _tick(self) -> None:
        self.now = self._loop.time()
        self._wheel.tick(self.now)
        self._loop.call_later(SLOT_SECONDS, self._tick)

    def _listen_for(self, canary: Canary) -> None:
        """As long as clients are let in."""
        if self.is_serving:
            canary.tick(self._loop.time())
            self._loop.call_later(canary.tick_seconds, self._listen_for, canary)
