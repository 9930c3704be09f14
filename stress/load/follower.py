"""One verifying client: follows the facility, talks now and then, and keeps what it hears."""

import asyncio
import os
import re
import ssl
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from stress.load.answers import Answers
from stress.load.refusal import RefusedError

HEARTBEAT = "--heartbeat--"
HANDSHAKE_SECONDS = 10.0
GREETING_SECONDS = 10.0
CLOSE_SECONDS = 2.0
QUESTION = "load test"
SILENT = f"is WS4REDIS_HEARTBEAT set to {HEARTBEAT!r}, and does the gateway reach its Redis?"


class Follower:
    """A client from its greeting on: what is published after `__aenter__` is in `texts`, in the order of arrival."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: ClientConnection
        self._hearing: asyncio.Task[None]
        self._news = asyncio.Event()
        self._is_greeted = False
        self.texts: list[str] = []
        self.answers = Answers()
        self.farewell: str | None = None
        """How the connection ended, if it has."""

    async def __aenter__(self) -> Self:
        """Raises RefusedError for a server with which nothing can be tested."""
        self._connection = await _connect(self._url)
        self._hearing = asyncio.create_task(self._hear())
        async with AsyncExitStack() as cleanup:
            cleanup.push_async_exit(self)
            await self._require_greeting()
            cleanup.pop_all()
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        await self._connection.close()
        await self._hearing

    @property
    def family(self) -> int:
        """Of the address that answered: 4 or 6."""
        return 6 if ":" in str(self._connection.remote_address[0]) else 4

    async def ask(self, times: int) -> None:
        """Say something so many times in a row."""
        for _ in range(times):
            self.answers.ask(time.monotonic())
            try:
                await self._connection.send(QUESTION)
            except ConnectionClosed:
                return

    async def until(self, condition: Callable[[], bool], deadline: float) -> bool:
        """Whether this comes true in time; looked at after each frame, and given up when the connection ends."""
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                while not condition() and self.farewell is None:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            pass
        return condition()

    async def _require_greeting(self) -> None:
        if not await self.until(lambda: self._is_greeted, time.monotonic() + GREETING_SECONDS):
            raise RefusedError(
                f"{self._url} took the connection, but no heartbeat came within {GREETING_SECONDS:g} s:"
                f" {self.farewell or SILENT}"
            )

    async def _hear(self) -> None:
        try:
            while True:
                self._take(await self._connection.recv())
        except ConnectionClosed as closed:
            self.farewell = f"the connection ended: {closed}"
            self._news.set()

    def _take(self, frame: str | bytes) -> None:
        if frame == HEARTBEAT:
            self.answers.hear(time.monotonic())
            self._is_greeted = True
        elif self._is_greeted:  # before that, it may be the kept message
            self.texts.append(frame if isinstance(frame, str) else repr(frame))
        self._news.set()


async def _connect(url: str) -> ClientConnection:
    """Without pings and compression, as thor; and straight, without the environment's proxy."""
    try:
        return await connect(
            url,
            open_timeout=HANDSHAKE_SECONDS,
            close_timeout=CLOSE_SECONDS,
            ping_interval=None,
            compression=None,
            max_queue=None,
            max_size=None,
            proxy=None,
        )
    except InvalidStatus as error:
        raise RefusedError(f"{url} refused the handshake with HTTP {error.response.status_code}") from error
    except TimeoutError as error:
        raise RefusedError(f"{url} did not answer the handshake within {HANDSHAKE_SECONDS:g} s") from error
    except ssl.SSLError as error:
        raise RefusedError(f"{url} could not be spoken to with TLS: {error}") from error
    except OSError as error:
        raise RefusedError(f"{url} could not be reached: {_said(error)}") from error
    except (InvalidHandshake, EOFError) as error:
        raise RefusedError(f"{url} answered with no WebSocket handshake ({error}); a TLS port needs wss://") from error


def _said(error: OSError) -> str:
    """The system's own words; asyncio tells what it called, once for each address of a name."""
    numbers = dict.fromkeys(re.findall(r"\[Errno (\d+)\]", str(error)))
    return ", ".join(os.strerror(int(number)) for number in numbers) or error.strerror or str(error)
