"""A raw client of the gateway: it follows, and looks at all rows again whenever it is told to, or was away."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

import psycopg2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from stress.chaos.changes import row_of
from stress.chaos.reception import Reception, Segment
from stress.chaos.statements import statement

HEARTBEAT = "--heartbeat--"
AGAIN_SECONDS = 0.1
HANDSHAKE_SECONDS = 5.0


class Client:
    """`reception` holds what it heard; `closes` how its connections ended."""

    def __init__(self, url: str, refetch: Callable[[], Sequence[int]]) -> None:
        self._url = url
        self._refetch = refetch
        self._refetching: set[asyncio.Task[None]] = set()
        self.reception = Reception("client")
        self.closes: Counter[str] = Counter()
        self.refetches = 0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                async with connect(
                    self._url,
                    open_timeout=HANDSHAKE_SECONDS,
                    ping_interval=None,
                    compression=None,
                    max_queue=None,
                    proxy=None,
                ) as connection:
                    await self._follow(connection)
            except ConnectionClosed as closed:
                self.closes[_said(closed)] += 1
            except (OSError, InvalidHandshake, ValueError):
                await asyncio.sleep(AGAIN_SECONDS)

    async def _follow(self, connection: ClientConnection) -> None:
        segment = self.reception.connected()
        while (text := await connection.recv()) != HEARTBEAT:
            self.reception.keep(text)
        self._look(segment)
        while True:
            text = await connection.recv()
            if text != HEARTBEAT and (opened := self.reception.hear(text)) is not None:
                self._look(opened)

    def _look(self, segment: Segment) -> None:
        """At all rows, from here on; meanwhile it goes on hearing."""
        task = asyncio.create_task(self._fetch(segment))
        self._refetching.add(task)
        task.add_done_callback(self._refetching.discard)

    async def _fetch(self, segment: Segment) -> None:
        while segment is self.reception.segment:
            try:
                segment.seen = await asyncio.to_thread(self._refetch)
            except psycopg2.Error:
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                self.refetches += 1
                return


def refetch(url: str, rows: int) -> Sequence[int]:
    """The number of each row's last change, at one moment. Raises psycopg2.Error."""
    database = psycopg2.connect(url, connect_timeout=3)
    try:
        with database.cursor() as cursor:
            cursor.execute(statement("seen"))
            numbers = [0] * rows
            for key, number in cursor:
                numbers[row_of(key)] = number
            return numbers
    finally:
        database.close()


def _said(closed: ConnectionClosed) -> str:
    return f"{closed.rcvd.code} {closed.rcvd.reason}" if closed.rcvd else "without a goodbye"
