"""The real gateway in a thread of the tests, against the real Redis."""

import asyncio
import gc
import socket
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
import uvloop
from websockets.sync.client import ClientConnection, connect

from project.development.valkey import Valkey
from project.environment import redis_arguments
from tests.conftest import ProgramRequirement
from tests.tls_relay import INSTALL, make_certificate, tls_relay
from tests.wire_cutter import WireCutter
from tests.ws.gateway.raw_client import HEARTBEAT, RawClient
from tests.ws.gateway.requests import request
from tests.ws.gateway.stream_writer import StreamWriter
from tests.ws.observed import Observed
from ws.gateway.feed import Feed
from ws.gateway.server import Gateway
from ws.settings import WsSettings, load

START_SECONDS = 15.0
MESSAGE_SECONDS = 15.0


class RunningGateway:
    """A gateway and its loop, from start to `stop`. An exception that nobody caught fails the test at `stop`."""

    def __init__(self, settings: WsSettings) -> None:
        self.observed = Observed()
        self.settings = settings
        self._uncaught: list[dict[str, Any]] = []
        self._started: Future[int] = Future()
        self._thread = threading.Thread(target=self._run_loop, daemon=True)
        self._thread.start()
        self.port = self._started.result(START_SECONDS)

    def stop(self) -> None:
        """As SIGTERM does. Stopping twice does no harm."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(START_SECONDS)
        assert not self._thread.is_alive()
        assert self._uncaught == []

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """While this lasts, its loop does nothing."""
        has_stopped, going_on = threading.Event(), threading.Event()
        self._loop.call_soon_threadsafe(has_stopped.set)
        self._loop.call_soon_threadsafe(going_on.wait)
        try:
            assert has_stopped.wait(START_SECONDS)
            yield
        finally:
            going_on.set()

    def channel(self, facility: str) -> str:
        return f"test:broadcast:{facility}"

    def connect(self, facility: str, words: str = "subscribe-broadcast") -> AbstractContextManager[ClientConnection]:
        """A browser's connection, as soon as it is entered."""
        return connect(f"ws://127.0.0.1:{self.port}/ws/{facility}?{words}", proxy=None, max_size=None)

    @contextmanager
    def follow(self, facility: str) -> Iterator[ClientConnection]:
        """A browser's connection, after its first heartbeat: what is published from here on reaches it."""
        with self.connect(facility) as client:
            while client.recv(MESSAGE_SECONDS) != HEARTBEAT:
                pass
            yield client

    def open_raw(self, facility: str = "", words: str = "", *, receive_buffer: int | None = None) -> RawClient:
        """A raw connection, after its handshake."""
        client = RawClient(self.port, receive_buffer=receive_buffer)
        client.send(request(f"/ws/{facility}?{words}"))
        assert client.status() == 101
        return client

    def _run_loop(self) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            try:
                runner.run(self._run())
            except BaseException as error:  # noqa: BLE001 - it is told at the start or at the stop
                self._uncaught.append({"exception": error})
                if not self._started.done():
                    self._started.set_exception(error)

    async def _run(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_exception_handler(lambda _, context: self._uncaught.append(context))
        feed = Feed(self.settings, self.observed, lambda: 0.0)
        await feed.connect()
        gateway = Gateway(self.settings, feed, self.observed)
        listener = socket.create_server(("127.0.0.1", 0))
        server = await gateway.serve(listener)
        self._started.set_result(listener.getsockname()[1])
        await gateway.run(server, self._stopping)


Run = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs a test's coroutine in each kind of loop, which tells of nothing that was left behind."""

    def run_to_the_end(test: Coroutine[Any, Any, None]) -> None:
        told: list[dict[str, Any]] = []
        with asyncio.Runner(loop_factory=request.param) as runner:
            runner.get_loop().set_exception_handler(lambda _, context: told.append(context))
            runner.run(asyncio.wait_for(test, MESSAGE_SECONDS))
            gc.collect()
        assert told == []

    return run_to_the_end


MakeGateway = Callable[..., RunningGateway]


def wait_for_askers() -> None:
    """Gateways that have stopped let these threads end; until then they may look at the database, a test's."""
    for thread in threading.enumerate():
        if thread.name.startswith(("rowcast admission", "rowcast recheck")):
            thread.join(START_SECONDS)


@pytest.fixture
def make_gateway(redis_url: str) -> Iterator[MakeGateway]:
    """Gateways with settings of the test's own."""
    with ExitStack() as cleanup:
        cleanup.callback(wait_for_askers)

        def make(url: str = redis_url, **changes: Any) -> RunningGateway:  # noqa: ANN401 - any setting
            own = {"connection": redis_arguments(url), "prefix": "test", "allowed_origins": None, **changes}
            gateway = RunningGateway(replace(load(), **own))
            cleanup.callback(gateway.stop)
            return gateway

        yield make


@pytest.fixture
def gateway(make_gateway: MakeGateway) -> RunningGateway:
    return make_gateway()


@pytest.fixture
def facility() -> str:
    """A name that no other test uses."""
    return f"facility-{uuid4().hex}"


@pytest.fixture
def publisher(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def writer(publisher: redis.Redis, facility: str) -> StreamWriter:
    """The pipeline's end."""
    return StreamWriter(publisher, facility)


@pytest.fixture
def wire(redis_url: str) -> Iterator[WireCutter]:
    """Between gateway and Redis, to be cut."""
    with WireCutter(redis_url) as cutter:
        yield cutter


@pytest.fixture(params=["TCP", "TLS", "a Unix socket"])
def any_redis(
    request: pytest.FixtureRequest, require_program: ProgramRequirement, tmp_path: Path
) -> Iterator[dict[str, Any]]:
    """Each way to reach a server, as redis-py's arguments."""
    with tempfile.TemporaryDirectory(prefix="rowcast") as folder:  # a socket's name has 107 bytes at most
        server = Valkey(tmp_path / "valkey", [f"unixsocket {folder}/redis.sock"])
        server.start()
        own = {"password": server.password()}
        if request.param == "TLS":
            certificate = make_certificate(require_program(["openssl"], INSTALL), tmp_path)
            with tls_relay(server.port, certificate) as port:
                yield {**own, "host": "localhost", "port": port, "ssl": True, "ssl_ca_certs": str(certificate)}
        elif request.param == "TCP":
            yield {**own, "port": server.port}
        else:
            yield {**own, "unix_socket_path": f"{folder}/redis.sock"}
        server.stop()
