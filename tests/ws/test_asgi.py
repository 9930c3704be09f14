"""The application by itself, without a server: what becomes of clients when its gateway ends."""

import asyncio
from typing import Any

import pytest
from pytest_django import Settings

from ws.asgi import WebSockets, pages
from ws.gateway.asgi_client import Event

SECONDS = 15.0
SCOPE = {
    "type": "websocket",
    "path": "/ws/sky",
    "query_string": b"subscribe-broadcast",
    "headers": [(b"host", b"example.org")],
}


class Browser:
    """A client, as its server hands it on."""

    def __init__(self, application: WebSockets, **changes: object) -> None:
        self._said: asyncio.Queue[Event] = asyncio.Queue()
        self._heard: asyncio.Queue[Event] = asyncio.Queue()
        self._said.put_nowait({"type": "websocket.connect"})
        self._running = asyncio.create_task(application({**SCOPE, **changes}, self._said.get, self._heard.put))

    async def hear(self) -> Any:  # noqa: ANN401 - an event
        return await asyncio.wait_for(self._heard.get(), SECONDS)

    async def leave(self) -> None:
        await self._said.put({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait_for(self._running, SECONDS)


@pytest.mark.usefixtures("site_redis")
def test_after_a_gateway_has_ended_the_next_client_begins_another() -> None:
    async def run() -> None:
        application = WebSockets(pages)
        first = Browser(application)
        assert [(await first.hear())["type"] for _ in range(2)] == ["websocket.accept", "websocket.send"]
        await first.leave()
        ended = application._running
        assert ended is not None
        ended.cancel()
        await asyncio.wait({ended})
        second = Browser(application)
        assert [(await second.hear())["type"] for _ in range(2)] == ["websocket.accept", "websocket.send"]
        assert application._running is not ended
        await second.leave()
        application._stop.set()
        assert application._running is not None
        await application._running

    asyncio.run(run())


@pytest.mark.usefixtures("site_redis")
@pytest.mark.parametrize("headers", [[], [(b"host", b"a"), (b"host", b"b")]])
def test_a_request_that_names_no_host_or_two_is_refused(headers: list[tuple[bytes, bytes]]) -> None:
    async def run() -> None:
        client = Browser(WebSockets(pages), headers=headers, extensions={"websocket.http.response": {}})
        assert (await client.hear())["status"] == 400
        await client.leave()

    asyncio.run(run())


@pytest.mark.usefixtures("site_redis")
@pytest.mark.parametrize(("name", "status"), [("MAX_CLIENTS", 503), ("MAX_CLIENTS_PER_ADDRESS", 429)])
def test_one_more_than_may_come_is_refused_until_somebody_leaves(settings: Settings, name: str, status: int) -> None:
    settings.WS = {name: 1}
    scope = {"client": ("192.0.2.7", 1), "extensions": {"websocket.http.response": {}}}

    async def run() -> None:
        application = WebSockets(pages)
        first, second = Browser(application, **scope), Browser(application, **scope)
        assert (await first.hear())["type"] == "websocket.accept"
        assert (await second.hear())["status"] == status
        await second.leave()
        await first.leave()
        third = Browser(application, **scope)
        assert (await third.hear())["type"] == "websocket.accept"
        await third.leave()

    asyncio.run(run())


@pytest.mark.usefixtures("site_redis")
def test_whose_word_counts_about_who_asks_is_the_servers_affair(settings: Settings) -> None:
    """Uvicorn and Daphne have settings of their own for that."""
    settings.WS = {"TRUSTED_PROXIES": ["127.0.0.1"], "MAX_CLIENTS_PER_ADDRESS": 1}
    headers = [(b"host", b"example.org"), (b"x-forwarded-for", b"192.0.2.7"), (b"x-forwarded-proto", b"gopher")]
    scope = {"client": ("127.0.0.1", 1), "headers": headers}

    async def run() -> None:
        application = WebSockets(pages)
        clients = [Browser(application, **scope) for _ in range(2)]
        assert [(await client.hear())["type"] for client in clients] == ["websocket.accept"] * 2
        for client in clients:
            await client.leave()

    asyncio.run(run())
