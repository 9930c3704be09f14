"""The application by itself, without a server: what becomes of clients when its gateway ends."""

import asyncio
from typing import Any

import pytest

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
