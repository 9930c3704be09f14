"""The proxy between a client and a server that echoes: what passes, what does not, and who is told."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from stress.chaos.faults import Target
from stress.chaos.steps import Moment, Step
from stress.chaos.traps import Traps
from stress.chaos.wire import Meeting, Wire

LEASE = b"*5\r\n$3\r\nSET\r\n$26\r\nrodan:rowcast:lease:5.16384\r\n"
REQUEST, ANSWER = Moment(Step.LEASE, at_answer=False), Moment(Step.LEASE, at_answer=True)
SECONDS = 10.0


class Scene:
    """A server that echoes, a wire to it, and its clients."""

    def __init__(self) -> None:
        self.traps = Traps()
        self.had = bytearray()
        """By the server, from all clients."""
        self._news = asyncio.Event()
        self._writers: list[asyncio.StreamWriter] = []
        self.wire: Wire

    async def run(self, play: Callable[["Scene"], Awaitable[None]]) -> None:
        server = await asyncio.start_server(self._echo, "127.0.0.1", 0)
        self.wire = Wire("listener 1", Target.REDIS, server.sockets[0].getsockname()[1], self.traps.meet)
        await self.wire.open()
        async with server, asyncio.timeout(SECONDS):
            await play(self)
            for writer in self._writers:
                writer.transport.abort()
            await self.wire.close()

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.wire.port)
        self._writers.append(writer)
        return reader, writer

    async def greet(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A client whose connection works."""
        reader, writer = await self.connect()
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"hello"
        return reader, writer

    async def until(self, had: bytes) -> None:
        """The server has had this in the end."""
        while not self.had.endswith(had):
            self._news.clear()
            await self._news.wait()

    async def _echo(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        while data := await reader.read(1000):
            self.had += data
            self._news.set()
            writer.write(data)


def play(scenario: Callable[[Scene], Awaitable[None]]) -> None:
    async def whole() -> None:
        await Scene().run(scenario)

    asyncio.run(whole())


def test_what_is_cut_is_told() -> None:
    async def scenario(scene: Scene) -> None:
        reader, _ = await scene.greet()
        scene.wire.cut()
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(1)
        await scene.greet()

    play(scenario)


def test_who_is_refused_is_told_until_it_is_healed() -> None:
    async def scenario(scene: Scene) -> None:
        scene.wire.refuse()
        reader, _ = await scene.connect()
        assert await reader.read() == b""
        scene.wire.heal()
        await scene.greet()

    play(scenario)


def test_what_is_delayed_comes_in_the_end() -> None:
    async def scenario(scene: Scene) -> None:
        _, writer = await scene.greet()
        scene.wire.delay()
        writer.write(b"later")
        scene.wire.heal()
        await scene.until(b"later")

    play(scenario)


def test_nothing_passes_while_it_is_delayed() -> None:
    async def scenario(scene: Scene) -> None:
        _, writer = await scene.greet()
        scene.wire.delay()
        writer.write(b"later")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await scene.until(b"later")

    play(scenario)


def test_what_is_lost_is_never_told() -> None:
    async def scenario(scene: Scene) -> None:
        reader, writer = await scene.greet()
        scene.wire.lose()
        scene.wire.heal()
        writer.write(b"gone")
        await scene.greet()
        assert scene.had == b"hellohello"
        assert not reader.at_eof()

    play(scenario)


@pytest.mark.parametrize("moment", [REQUEST, ANSWER])
def test_a_trapped_step_waits_for_the_trap(moment: Moment) -> None:
    async def scenario(scene: Scene) -> None:
        reader, writer = await scene.greet()

        async def spring(meeting: Meeting) -> None:
            assert meeting.moment == moment
            assert scene.had.endswith(LEASE) == moment.at_answer

        writer.write(LEASE)
        assert await scene.traps.catch(moment, spring, SECONDS)
        assert await reader.readexactly(len(LEASE)) == LEASE
        assert scene.traps.seen[Step.LEASE] == 1

    play(scenario)


def test_what_passes_before_the_cut_arrives() -> None:
    async def scenario(scene: Scene) -> None:
        reader, writer = await scene.greet()

        async def spring(meeting: Meeting) -> None:
            await meeting.deliver()
            scene.wire.cut()

        writer.write(LEASE)
        assert await scene.traps.catch(REQUEST, spring, SECONDS)
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(1)
        await scene.until(LEASE)

    play(scenario)


def test_a_step_that_does_not_come_is_not_caught() -> None:
    async def scenario(scene: Scene) -> None:
        async def spring(_meeting: Meeting) -> None: ...

        assert not await scene.traps.catch(REQUEST, spring, 0.01)

    play(scenario)
