"""A TCP proxy before a server: it cuts, refuses, delays, loses, and meets the protocol's steps on their way.

One for each pair of a process and a server, so that each pair can be parted from each other one.
"""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from stress.chaos.faults import Target
from stress.chaos.steps import Conversation, Moment

BYTES_AT_ONCE = 65_536
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A step that was met on its way; it waits until the trap has done its work, and goes on if it then can."""

    moment: Moment
    wire: "Wire"
    connection: "Connection"
    deliver: Callable[[], Awaitable[None]]
    """Let it go on its way now."""


Meet = Callable[[Meeting], Awaitable[None]]


class Connection:
    """One of a process's connections, and ours to the server for it."""

    def __init__(self, wire: "Wire", process: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self._wire = wire
        self._process = process
        self._server = server
        self._conversation = Conversation()
        self.passes = asyncio.Event()
        """Whether what is on its way goes on."""
        self.passes.set()
        self.is_lost = False
        """Whether neither end hears of the other any more, and none is told."""

    def cut(self) -> None:
        """End it: the process is told at once; the server has what was delivered, and is told then."""
        with suppress(OSError):
            process: socket.socket = self._process.get_extra_info("socket")
            process.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self._process.transport.abort()
        self._server.close()

    async def pass_requests(self, source: asyncio.StreamReader) -> None:
        await self._pass(source, self._server, self._conversation.requested)

    async def pass_answers(self, source: asyncio.StreamReader) -> None:
        await self._pass(source, self._process, lambda _: self._conversation.answered())

    async def _pass(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, hear: Callable[[bytes], Moment | None]
    ) -> None:
        with suppress(OSError):
            while data := await source.read(BYTES_AT_ONCE):
                parcel = Parcel(data, sink)
                if (moment := hear(data)) is not None:
                    await self._wire.meet(Meeting(moment, self._wire, self, parcel.deliver))
                await self._wire.passes.wait()
                await self.passes.wait()
                if not self.is_lost:
                    await parcel.deliver()
        if not self.is_lost:
            sink.close()


class Parcel:
    """Some bytes, delivered once."""

    def __init__(self, data: bytes, sink: asyncio.StreamWriter) -> None:
        self._data = data
        self._sink = sink

    async def deliver(self) -> None:
        data, self._data = self._data, b""
        if data and not self._sink.is_closing():
            self._sink.write(data)
            with suppress(OSError):
                await self._sink.drain()


class Wire:
    """The way of one process to one server. Open it to have its port."""

    def __init__(self, process: str, target: Target, server_port: int, meet: Meet) -> None:
        self.process = process
        self.target = target
        self.meet = meet
        self.port = 0
        self.passes = asyncio.Event()
        """Whether anything passes at all."""
        self.passes.set()
        self._server_port = server_port
        self._is_refusing = False
        self._connections: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listening: asyncio.Server

    async def open(self) -> None:
        self._listening = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._listening.sockets[0].getsockname()[1]

    async def close(self) -> None:
        self.refuse()
        self._listening.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Every connection that there is."""
        for connection in self._connections:
            connection.cut()

    def refuse(self) -> None:
        """Cut, and let no new one in, until `heal`."""
        self._is_refusing = True
        self.cut()

    def delay(self) -> None:
        """Keep everything back, until `heal`."""
        self.passes.clear()

    def lose(self) -> None:
        """What is connected hears nothing more, and is not told; new connections are kept waiting until `heal`."""
        for connection in self._connections:
            connection.is_lost = True
        self.passes.clear()

    def heal(self) -> None:
        """Whatever was done, new connections are made again, and what was kept back goes on."""
        self._is_refusing = False
        self.passes.set()

    async def _accept(self, from_process: asyncio.StreamReader, to_process: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with suppress(asyncio.CancelledError):  # it ends with us; asyncio's streams would call that an error
            await self._connect(from_process, to_process)

    async def _connect(self, from_process: asyncio.StreamReader, to_process: asyncio.StreamWriter) -> None:
        await self.passes.wait()
        try:
            if self._is_refusing:
                raise ConnectionRefusedError
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self._server_port)
        except OSError:
            to_process.transport.abort()
            return
        await self._pass_both_ways(Connection(self, to_process, to_server), from_process, from_server)

    async def _pass_both_ways(
        self, connection: Connection, from_process: asyncio.StreamReader, from_server: asyncio.StreamReader
    ) -> None:
        self._connections.add(connection)
        try:
            await asyncio.gather(connection.pass_requests(from_process), connection.pass_answers(from_server))
        finally:
            self._connections.discard(connection)
            connection.cut()
