"""A client over ASGI: its server reads and writes frames, and has two tasks for it; messages come and go one by one.

Slower than over TCP, where a batch is one write (docs/asgi.md says by how much). A Close is answered by the server, so
what was said just before it may still be on its way to Redis then.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from websockets.datastructures import Headers
from websockets.http11 import Request

from ws.gateway.admission import Admission
from ws.gateway.client import SAID_AT_MOST, Client, Host
from ws.gateway.frames import messages_in
from ws.gateway.handshake import Answer, judge, refusal
from ws.gateway.observations import HandshakeRefused, ReadLater, SlowClientClosed
from ws.gateway.pace import read_until
from ws.gateway.proxies import Asker
from ws.gateway.query import RefusedError
from ws.wire.codes import TOO_BIG, TOO_SLOW, Close

Event = MutableMapping[str, Any]
"""ASGI's word for what its server and an application tell each other."""
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

DENIAL = "websocket.http.response"
"""An extension of ASGI's, by which a refusal has a status and a body; without it the server says 403."""


class AsgiClient(Client):
    """From its scope to the end of the connection."""

    __slots__ = (
        "_has_room",
        "_has_unsent",
        "_is_closing",
        "_is_in_yet",
        "_read_until",
        "_scope",
        "_unheard",
        "_unsent",
        "_unsent_bytes",
    )

    def __init__(self, host: Host, scope: Event) -> None:
        super().__init__(host)
        self._scope = scope
        self._is_in_yet = self._is_closing = False
        self._unsent: deque[Event] = deque()
        self._unsent_bytes = 0
        self._has_unsent = asyncio.Event()
        self._unheard = 0
        self._read_until = 0.0
        self._has_room = asyncio.Event()
        self._has_room.set()

    @property
    def is_waiting(self) -> bool:
        return not self._is_in_yet and not self._is_closing

    @property
    def is_open(self) -> bool:
        return self._is_in_yet and not self._is_closing

    @property
    def peer(self) -> str:
        name = self._scope.get("client")
        return f"{name[0]}:{name[1]}" if name else "a local socket"

    @property
    def address(self) -> str:
        name = self._scope.get("client")
        return str(name[0]) if name else ""

    async def run(self, receive: Receive, send: Send) -> None:
        """Until it has ended."""
        sending = asyncio.create_task(self._send(send))
        try:
            await receive()  # websocket.connect
            self._arrive()
            await self._read(receive)
        finally:
            self._is_closing = True
            self._host.left(self)
            self._host.gone(self)
            sending.cancel()

    def admit(self, answer: Answer, admission: Admission) -> None:
        if self.is_waiting:
            self._is_in_yet = True
            self._put({"type": "websocket.accept"})
            self._is_in(answer, admission)

    def refuse(self, answer: Answer) -> None:
        if self._is_closing:
            return
        self._host.observe(HandshakeRefused(self.peer, answer.status, answer.reason))
        self._is_closing = True
        if DENIAL in self._scope.get("extensions", {}):
            head = [(b"content-type", b"text/plain; charset=utf-8")]
            self._put({"type": f"{DENIAL}.start", "status": answer.status, "headers": head})
            self._put({"type": f"{DENIAL}.body", "body": f"{answer.reason}\n".encode()})
        else:
            self._put({"type": "websocket.close"})

    def heard(self) -> None:
        self._unheard -= 1
        if self._unheard < SAID_AT_MOST:
            self._has_room.set()

    def deliver(self, frames: bytes) -> None:
        if not self.is_open:
            return
        for message in messages_in(frames):
            kind = "text" if isinstance(message, str) else "bytes"
            self._put({"type": "websocket.send", kind: message})
        self._unsent_bytes += len(frames)
        if self._unsent_bytes > self._host.settings.max_unsent_bytes:
            self._host.observe(SlowClientClosed(self.peer, self._unsent_bytes))
            self._unsent.clear()
            self.close(TOO_SLOW)

    def close(self, close: Close) -> None:
        if self.is_open:
            self._is_closing = True
            self._put({"type": "websocket.close", "code": close.code, "reason": close.reason})
            self._host.left(self)

    def require_life(self, now: float) -> None:
        """Its server sends pings of its own."""

    def abort(self) -> None:
        self._is_closing = True
        self._put({"type": "websocket.close"})

    def _arrive(self) -> None:
        try:
            self._host.connected(self)
        except RefusedError as error:
            self.refuse(refusal(error))
        else:
            self._ask()

    def _ask(self) -> None:
        scope = self._scope
        query = scope.get("query_string", b"").decode("latin-1")
        target = scope.get("raw_path", quote(scope["path"]).encode()).decode("latin-1").partition("?")[0]
        headers = Headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]])
        request = Request(f"{target}?{query}", headers)
        asker = Asker(self.address)
        try:
            wish = judge(request, self._host.rules, asker)
        except RefusedError as error:
            self.refuse(refusal(error))
            return
        self._host.asked(self, Answer(b"", 101, "", wish, request, asker))

    async def _read(self, receive: Receive) -> None:
        """Until it disconnects."""
        while (event := await receive())["type"] == "websocket.receive":
            text, data = event.get("text"), event.get("bytes")
            message = data if text is None else text.encode()
            if not self.is_open or message is None:
                continue
            if len(message) > self._host.settings.max_message_bytes:
                self.close(TOO_BIG)
                continue
            self._unheard += self._host.said(self, message)
            self.beat(now := self._loop.time())
            self._read_until = read_until(self._read_until, now, 1, self._host.settings.max_messages_per_second)
            if self._read_until > now:
                self._host.observe(ReadLater(self.peer, self._read_until - now))
                await asyncio.sleep(self._read_until - now)
            if self._unheard >= SAID_AT_MOST:
                self._has_room.clear()
                await self._has_room.wait()

    def _put(self, event: Event) -> None:
        self._unsent.append(event)
        self._has_unsent.set()

    async def _send(self, send: Send) -> None:
        """What is put, one after another, as fast as the client reads; until it has gone, which the reading is told."""
        with suppress(OSError):
            while True:
                await self._has_unsent.wait()
                self._has_unsent.clear()
                while self._unsent:
                    await send(self._unsent.popleft())
                self._unsent_bytes = 0
