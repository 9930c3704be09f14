"""Answers whoever watches this process, in a thread of its own: a loop with nothing else in it.

However slow, many or hostile those are who ask, this takes one thread, and of each connection a few KB for a few
seconds.
"""

import asyncio
import socket
import threading
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from traceback import format_exc
from types import TracebackType
from typing import Protocol, Self

from ws.health.observations import HealthServed, HealthUnknown, ProbeDropped
from ws.health.pages import HEAD_BYTES_AT_MOST, METRICS, Page, Wanted, page_of, wanted
from ws.health.standing import Standing
from ws.observation import Observe

CONNECTIONS_AT_MOST = 32
CONNECTION_SECONDS = 5.0
"""From its beginning to its end."""
STOP_SECONDS = 5.0


class NoAddressError(OSError):
    """The address for health can't be had; the message says why."""


class Source(Protocol):
    """What there is to say. Called in the server's thread."""

    async def standing(self) -> Standing: ...
    async def metrics(self) -> bytes: ...


def health_address(text: str) -> tuple[str, int]:
    """`host:port`, `:port` (every interface) or `[::1]:port`. Raises ArgumentTypeError."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise ArgumentTypeError(f"{text!r} is no address: write HOST:PORT, as in 127.0.0.1:9101")
    return host.strip("[]"), int(port)


@contextmanager
def health_served(address: tuple[str, int] | None, source: Callable[[], Source], observe: Observe) -> Iterator[None]:
    """While entered, whoever asks there is told; without an address, nobody. Raises NoAddressError."""
    if address is None:
        yield
        return
    with HealthServer(address, source(), observe):
        yield


class HealthServer:
    """From the beginning of the block to its end."""

    def __init__(self, address: tuple[str, int], source: Source, observe: Observe) -> None:
        """Takes the address. Raises NoAddressError."""
        self._listening = _listen(*address)
        self._source = source
        self._observe = observe
        self._connections = 0
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="rowcast health", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._observe(HealthServed(self.address))
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        with suppress(RuntimeError):  # it has ended
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(STOP_SECONDS)

    @property
    def address(self) -> str:
        """As the beginning of a URL."""
        host, port = self._listening.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._meet, sock=self._listening, limit=HEAD_BYTES_AT_MOST)
        async with server:
            await self._stop.wait()
            server.close()
            mine = asyncio.current_task()
            others = [task for task in asyncio.all_tasks() if task is not mine]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its beginning to its end."""
        if self._connections >= CONNECTIONS_AT_MOST:
            self._observe(ProbeDropped(f"{self._connections} others are being answered"))
            writer.transport.abort()
            return
        self._connections += 1
        try:
            async with asyncio.timeout(CONNECTION_SECONDS):
                await self._converse(reader, writer)
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            self._observe(ProbeDropped(str(error) or type(error).__name__))
        finally:
            self._connections -= 1
            writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.transport.set_write_buffer_limits(high=0)
        writer.write((await self._page(wanted(head))).encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def _page(self, want: Wanted | Page) -> Page:
        if isinstance(want, Page):
            return want
        try:
            if want.topic == "metrics":
                return Page(HTTPStatus.OK, await self._source.metrics(), METRICS, want.is_head)
            return page_of(await self._source.standing(), want)
        except Exception:  # noqa: BLE001 - what is asked says how the process is; it must not end it
            self._observe(HealthUnknown(format_exc()))
            return Page(HTTPStatus.INTERNAL_SERVER_ERROR, b"It could not be said.\n", is_head=want.is_head)


def _listen(host: str, port: int) -> socket.socket:
    is_every = not host and socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if ":" in host or is_every else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, dualstack_ipv6=is_every)
    except OSError as error:
        shown = f"[{host}]" if ":" in host else host
        raise NoAddressError(f"--health cannot listen on {shown}:{port}: {error.strerror or error}") from error
