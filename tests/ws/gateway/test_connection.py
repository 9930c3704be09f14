"""A connection that is a descriptor, over real sockets: what its client is told, and what its peer gets."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable

import pytest
import uvloop

from ws.gateway.connection import Connection
from ws.gateway.doorway import Doorway
from ws.gateway.poller import IS_HERE, Poller

pytestmark = pytest.mark.skipif(not IS_HERE, reason="this system has no epoll")

SECONDS = 15.0
MUCH = bytes(range(256)) * 8192


class Recorder:
    """A client that notes what it is told, and what the loop could not."""

    def __init__(self, news: asyncio.Event | None = None) -> None:
        self.heard = b""
        self.pauses = 0
        self.lost: list[Exception | None] = []
        self._news = news or asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, Connection)
        self.connection = transport

    def data_received(self, data: bytes) -> None:
        self.heard += data
        self._news.set()

    def pause_writing(self) -> None:
        self.pauses += 1

    def connection_lost(self, error: Exception | None) -> None:
        self.lost.append(error)
        self._news.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(SECONDS):
            while not condition():
                self._news.clear()
                await self._news.wait()


class Scene:
    """A client, its connection, and the peer's end of it, which blocks in threads."""

    def __init__(self, poller: Poller, ours: socket.socket, peer: socket.socket) -> None:
        self.client, self.peer = Recorder(), peer
        ours.settimeout(0)
        peer.settimeout(SECONDS)
        self.connection = Connection(poller, ours.detach(), self.client)

    async def peer_reads(self, size: int) -> bytes:
        """So many bytes, or all until the end."""

        def read() -> bytes:
            found = b""
            while len(found) < size and (data := self.peer.recv(min(65_536, size - len(found)))):
                found += data
            return found

        return await asyncio.to_thread(read)

    def reset(self) -> None:
        self.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.peer.close()


def played(play: Callable[[Scene], Awaitable[None]]) -> None:
    """In a loop of uvloop's, over TCP; nobody's exception is lost."""
    uncaught: list[object] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: uncaught.append(context))
        poller = Poller(loop)
        with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as peer:
            peer.connect(listener.getsockname())
            scene = Scene(poller, listener.accept()[0], peer)
            await play(scene)
            scene.connection.abort()
            await scene.client.until(lambda: bool(scene.client.lost))
        poller.close()
        assert len(scene.client.lost) == 1, "it is told once"

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())
    assert uncaught == []


def test_what_is_written_arrives_and_what_is_said_is_heard() -> None:
    async def play(scene: Scene) -> None:
        scene.connection.write(b"one")
        scene.connection.write(b"two")
        assert scene.connection.get_write_buffer_size() == 0
        assert await scene.peer_reads(6) == b"onetwo"
        scene.peer.sendall(b"three")
        await scene.client.until(lambda: scene.client.heard == b"three")

    played(play)


def test_what_the_kernel_does_not_take_waits_and_arrives_in_order() -> None:
    async def play(scene: Scene) -> None:
        scene.connection.set_write_buffer_limits(high=100_000_000)
        for _ in range(20):
            scene.connection.write(MUCH)
        assert scene.connection.get_write_buffer_size() > 0
        assert await scene.peer_reads(20 * len(MUCH)) == MUCH * 20
        scene.connection.write(b"after")
        assert await scene.peer_reads(5) == b"after"
        assert scene.connection.get_write_buffer_size() == 0
        assert scene.client.pauses == 0

    played(play)


def test_its_client_is_told_once_when_too_much_waits() -> None:
    async def play(scene: Scene) -> None:
        scene.connection.set_write_buffer_limits(high=1_000_000)
        for _ in range(20):
            scene.connection.write(MUCH)
        assert scene.client.pauses == 1

    played(play)


def test_what_was_written_before_a_close_arrives_and_nothing_after_it() -> None:
    async def play(scene: Scene) -> None:
        for _ in range(5):
            scene.connection.write(MUCH)
        scene.connection.close()
        scene.connection.write(b"too late")
        assert await scene.peer_reads(100_000_000) == MUCH * 5
        await scene.client.until(lambda: scene.client.lost == [None])

    played(play)


def test_an_abort_waits_for_nobody() -> None:
    async def play(scene: Scene) -> None:
        for _ in range(20):
            scene.connection.write(MUCH)
        scene.connection.abort()
        assert scene.client.lost == [], "not while the caller is at it"
        await scene.client.until(lambda: scene.client.lost == [None])

    played(play)


def test_a_peer_that_ends_is_the_end() -> None:
    async def play(scene: Scene) -> None:
        scene.peer.sendall(b"last words")
        scene.peer.shutdown(socket.SHUT_WR)
        await scene.client.until(lambda: bool(scene.client.lost))
        assert (scene.client.heard, scene.client.lost) == (b"last words", [None])

    played(play)


def test_a_peer_that_ends_and_does_not_read_is_the_end_too() -> None:
    """What it has not read would wait for it as long as its system lives."""

    async def play(scene: Scene) -> None:
        for _ in range(20):
            scene.connection.write(MUCH)
        scene.peer.shutdown(socket.SHUT_WR)
        await scene.client.until(lambda: scene.client.lost == [None])

    played(play)


def test_a_client_that_fails_loses_its_connection_and_nobody_elses() -> None:
    async def play(scene: Scene) -> None:
        told: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["exception"]))

        def fail(_data: bytes) -> None:
            raise LookupError("a mistake of ours")

        scene.client.data_received = fail  # type: ignore[method-assign, assignment]
        scene.peer.sendall(b"!")
        await scene.client.until(lambda: bool(scene.client.lost))
        assert [str(error) for error in told] == ["a mistake of ours"]

    played(play)


@pytest.mark.parametrize("is_paused", [False, True], ids=["reading", "paused"])
def test_a_reset_is_noticed(is_paused: bool) -> None:  # noqa: FBT001
    async def play(scene: Scene) -> None:
        if is_paused:
            scene.connection.pause_reading()
        scene.reset()
        await scene.client.until(lambda: bool(scene.client.lost))

    played(play)


def test_a_write_to_nobody_is_an_end_and_no_exception() -> None:
    async def play(scene: Scene) -> None:
        scene.connection.pause_reading()
        scene.reset()
        await asyncio.to_thread(lambda: None)
        for _ in range(3):
            scene.connection.write(b"is anybody there?")
        await scene.client.until(lambda: bool(scene.client.lost))
        scene.connection.write(b"no")

    played(play)


def test_who_is_paused_is_heard_when_reading_goes_on() -> None:
    async def play(scene: Scene) -> None:
        scene.connection.pause_reading()
        scene.peer.sendall(b"wait")
        scene.connection.write(b"x")
        assert await scene.peer_reads(1) == b"x"
        assert scene.client.heard == b""
        scene.connection.resume_reading()
        await scene.client.until(lambda: scene.client.heard == b"wait")

    played(play)


def test_it_knows_both_ends_while_it_lasts() -> None:
    async def play(scene: Scene) -> None:
        assert scene.connection.get_extra_info("peername") == scene.peer.getsockname()
        assert scene.connection.get_extra_info("sockname") == scene.peer.getpeername()
        assert scene.connection.get_extra_info("sslcontext") is None
        scene.connection.abort()
        await scene.client.until(lambda: bool(scene.client.lost))
        assert scene.connection.get_extra_info("peername") is None

    played(play)


def test_a_doorway_lets_in_who_waited_and_nobody_after_it_closed() -> None:
    async def run() -> None:
        poller, clients = Poller(asyncio.get_running_loop()), list[Recorder]()
        listener, news = socket.create_server(("127.0.0.1", 0), backlog=200), asyncio.Event()
        address = listener.getsockname()
        peers = [socket.create_connection(address, SECONDS) for _ in range(150)]

        def make() -> Recorder:
            clients.append(Recorder(news))
            return clients[-1]

        door = Doorway(listener, poller, make)
        for peer in peers:
            peer.sendall(b"!")
        while len(clients) < len(peers) or not all(client.heard for client in clients):
            await asyncio.wait_for(news.wait(), SECONDS)
            news.clear()
        door.close()
        door.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, SECONDS)
        for client, peer in zip(clients, peers, strict=True):
            peer.close()
            await client.until(lambda client=client: bool(client.lost))  # type: ignore[misc]
        poller.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())
