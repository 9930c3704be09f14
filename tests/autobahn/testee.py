"""A server that says back what it is told, text as text and bytes as bytes, on the gateway's own protocol stack.

The gateway needs no such knowledge, so the kind of a message is learnt where the frames are put together.
"""

import asyncio
from dataclasses import replace
from typing import Any

from websockets.frames import Frame, Opcode

from ws.gateway.admission import Admission
from ws.gateway.assembly import Assembly
from ws.gateway.client import Client
from ws.gateway.frame_reader import FrameReader
from ws.gateway.handshake import Answer, Rules
from ws.gateway.proxies import Asker
from ws.gateway.query import RefusedError
from ws.gateway.tcp_client import TcpClient
from ws.observation import Observation
from ws.settings import load

ADDRESS = "127.0.0.1"
MESSAGE_BYTES = 32 * 1024 * 1024
"""The suite's largest has 16 MiB."""
INBOX_BYTES = 16 * 1024


class Text(bytes):
    """A message that came as a text."""


class TellingAssembly(Assembly):
    """Tells texts from bytes."""

    __slots__ = ()

    fragments_at_most = MESSAGE_BYTES

    def add(self, frame: Frame) -> bytes | None:
        message = super().add(frame)
        return Text(message) if message is not None and self._is_text else message


class EchoClient(TcpClient):
    """Its messages say what they are."""

    __slots__ = ()

    def _its_reader(self) -> FrameReader:
        reader = super()._its_reader()
        if reader.is_idle:
            reader._parser.assembly = TellingAssembly()
        return reader


class Testee:
    """The host of its clients."""

    def __init__(self) -> None:
        self.settings = replace(
            load(),
            max_message_bytes=MESSAGE_BYTES,
            max_messages_per_second=1_000_000,
            max_unsent_bytes=4 * MESSAGE_BYTES,
        )
        self.rules = Rules("/", None)
        self.heartbeat_frame: bytes | None = None
        self.asks_the_site = False
        self.now = 0.0
        self.inbox = memoryview(bytearray(INBOX_BYTES))
        self.uncaught: list[dict[str, Any]] = []
        """What the loop's exception handler was told."""

    async def serve(self) -> asyncio.Server:
        """On a free port."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self.uncaught.append(context))
        return await loop.create_server(lambda: EchoClient(self), ADDRESS, 0)

    def observe(self, observation: Observation) -> None:
        """The suite knows what it did."""

    def connected(self, client: Client) -> None: ...

    def turn_away(self, peer: str, transport: asyncio.Transport, error: RefusedError) -> None: ...

    def recognised(self, client: Client, asker: Asker) -> None: ...

    def asked(self, client: Client, answer: Answer) -> None:
        client.admit(answer, Admission())

    def opened(self, client: Client) -> None: ...

    def said(self, client: Client, message: bytes) -> bool:
        opcode = Opcode.TEXT if isinstance(message, Text) else Opcode.BINARY
        client.deliver(Frame(opcode, message).serialize(mask=False))
        return False

    def left(self, client: Client) -> None: ...

    def gone(self, client: Client) -> None: ...
