"""Servers that are not ours, each with one fault: what a load test may be pointed at."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

HEARTBEAT = "--heartbeat--"
Crowd = Callable[[ServerConnection], Awaitable[None]]
Serving = Callable[[], Coroutine[Any, Any, Server | asyncio.Server]]


@contextmanager
def running(serving: Serving) -> Iterator[str]:
    """The address of a server that runs in a loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(serving(), loop).result(10.0)
    try:
        yield f"127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_ended(server), loop).result(10.0)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10.0)
        loop.close()


def tcp(answer: bytes | None) -> Serving:
    """Answers the first bytes with these and closes, or never answers."""

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        try:
            if answer is None:
                await asyncio.Event().wait()
            else:
                writer.write(answer)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    return lambda: asyncio.start_server(serve_one, "127.0.0.1", 0)


def websockets(crowd: Crowd, status: int | None = None) -> Serving:
    """Serves the verifying clients well, with news for each word that they say; and the crowd as this says."""
    followers: set[ServerConnection] = set()

    def refuse(connection: ServerConnection, request: Request) -> Response | None:
        is_crowd = "subscribe-broadcast" not in request.path
        return connection.respond(status, "no\n") if is_crowd and status is not None else None

    async def serve_one(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            if connection.request is None or "subscribe-broadcast" not in connection.request.path:
                await crowd(connection)
                return
            followers.add(connection)
            await connection.send(HEARTBEAT)
            async for _ in connection:
                await connection.send(HEARTBEAT)
                broadcast(followers, "news")

    async def start() -> Server:
        return await serve(serve_one, "127.0.0.1", 0, process_request=refuse, compression=None)

    return start


async def answers(connection: ServerConnection) -> None:
    """As a gateway: a greeting, then a heartbeat for each message."""
    await connection.send(HEARTBEAT)
    async for _ in connection:
        await connection.send(HEARTBEAT)


async def says_nothing(connection: ServerConnection) -> None:
    """Takes messages and answers none."""
    async for _ in connection:
        pass


async def goes_at_once(connection: ServerConnection) -> None:
    """Takes the connection and closes it."""
    await connection.close(1012)


async def _ended(server: Server | asyncio.Server) -> None:
    server.close()
    if isinstance(server, Server):
        await server.wait_closed()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
