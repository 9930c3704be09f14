"""The gateway in an existing ASGI deployment: `uvicorn ws.asgi:application`, or mounted in one's own application.

WebSockets are the gateway's, by the same hub, admission and feed as `rungateway`'s; all else is Django's. Each process
of the server has its own gateway, which begins with the first client, and ends with the server.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.asgi import get_asgi_application
from redis.exceptions import RedisError

pages = get_asgi_application()  # first, for it loads the apps whose models are imported next (Django, "ASGI")

from ws.gateway.asgi_client import AsgiClient, Event, Receive, Send
from ws.gateway.feed import Feed
from ws.gateway.observations import RedisLost
from ws.gateway.server import Gateway
from ws.logs import log_to
from ws.settings import load

logger = logging.getLogger("rowcast.gateway")

Application = Callable[[Any, Receive, Any], Awaitable[None]]


class _NoDoor:
    """Clients come in by the server's."""

    def close(self) -> None: ...


class WebSockets:
    """An ASGI application. `others` answers what is not for it."""

    def __init__(self, others: Application) -> None:
        self._others = others
        self._gateway: asyncio.Task[Gateway] | None = None
        self._running: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            if self._gateway is None:
                self._gateway = asyncio.create_task(self._start())
            await AsgiClient(await asyncio.shield(self._gateway), scope).run(receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._others(scope, receive, send)

    async def _start(self) -> Gateway:
        settings, observe = load(), log_to("rowcast.gateway", shown=True)
        feed = Feed(settings, observe, random.random)
        gateway = Gateway(settings, feed, observe)
        try:
            await feed.connect()
        except (RedisError, OSError) as error:
            observe(RedisLost(str(error), 0.0))
        self._running = asyncio.create_task(gateway.run(_NoDoor(), self._stop))
        self._running.add_done_callback(self._ended)
        return gateway

    def _ended(self, running: "asyncio.Task[None]") -> None:
        """Its clients were told. The next one begins another gateway, for this one would hand out nothing."""
        self._gateway = None
        if not running.cancelled() and (error := running.exception()) is not None:
            logger.error("the gateway failed, and the next client begins another", exc_info=error)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Servers that say when they end let the clients be told."""
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._stop.set()
        if self._running is not None:
            await self._running
        await send({"type": "lifespan.shutdown.complete"})


application = WebSockets(pages)
