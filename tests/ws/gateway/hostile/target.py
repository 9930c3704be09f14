"""A real gateway under attack: what it must not do is told by its memory, its log, and a client that stands by."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import redis
from websockets.frames import Opcode

from tests.processes import Process
from tests.ws.gateway.hostile.memory import Memory
from tests.ws.gateway.raw_client import HEARTBEAT, RawClient
from tests.ws.gateway.requests import request

GROWTH_MIB_AT_MOST = 24.0
LINES_AT_MOST = 500
"""Of many thousands: some kinds, each with a few lines in each spell, on a machine that may be slow."""
BYSTANDERS = "bystanders"


class Target:
    """`manage.py rungateway`, ready."""

    def __init__(self, process: Process, publisher: redis.Redis, *, warm_clients: int = 20) -> None:
        self.process = process
        self.publisher = publisher
        self.port = urlsplit(process.wait_for("ready at").partition("ready at ")[2].partition(",")[0]).port or 0
        self._memory = Memory(process.pid)
        self._warm_up(warm_clients)

    def connect(self, *, receive_buffer: int | None = None) -> RawClient:
        """A connection that has said nothing."""
        return RawClient(self.port, receive_buffer=receive_buffer)

    def open(self, target: str = "/ws/hostile", *, receive_buffer: int | None = None) -> RawClient:
        """A client after its handshake and its first heartbeat."""
        client = self.connect(receive_buffer=receive_buffer)
        client.send(request(target))
        assert client.status() == 101
        assert client.text() == HEARTBEAT
        return client

    def status(self, said: bytes) -> int:
        """What a connection that says so is answered; 0 where it is closed without a word."""
        with self.connect() as client:
            client.send(said)
            try:
                return client.status()
            except (AssertionError, ConnectionResetError):
                return 0

    @contextmanager
    def attacked(self, growth_mib_at_most: float = GROWTH_MIB_AT_MOST) -> Iterator[None]:
        """While it is, another client is served, memory stays flat, and the log stays short and calm."""
        with self.open(f"/ws/{BYSTANDERS}?subscribe-broadcast") as bystander:
            before = len(self.process.output)
            self._memory.start()
            yield
            self._require_service(bystander)
            grown = self._memory.grown_mib()
        assert grown < growth_mib_at_most, f"it grew by {grown:.0f} MiB"
        log = self.process.output[before:]
        assert "Traceback" not in log
        assert len(log.splitlines()) <= LINES_AT_MOST, log

    def _require_service(self, bystander: RawClient) -> None:
        """It is answered, and told what is published."""
        bystander.send_frame(Opcode.PING, b"still there?")
        while (frame := bystander.frame()).opcode is not Opcode.PONG:
            assert bytes(frame.data).decode() == HEARTBEAT
        self.publisher.publish(f"test:broadcast:{BYSTANDERS}", "told")
        while (text := bystander.text()) != "told":
            assert text == HEARTBEAT

    def _warm_up(self, clients: int) -> None:
        """What it needs for good, it has after that."""
        with ExitStack() as cleanup:
            for _ in range(clients):
                client = cleanup.enter_context(self.open("/ws/warm?subscribe-broadcast"))
                client.send_frame(Opcode.TEXT, b"warm")
                self.status(request("/elsewhere"))
