"""The gateway's loop in a thread of the site's process, from the first accept to the last goodbye."""

import asyncio
import logging
import os
import random
import socket
import threading
from dataclasses import replace

import uvloop
from django.conf import settings as django_settings
from django.http.request import split_domain_port, validate_host
from redis.exceptions import RedisError

from ws.gateway.descriptors import raise_limit
from ws.gateway.feed import Feed
from ws.gateway.handshake import Rules
from ws.gateway.observations import RedisLost
from ws.gateway.server import Gateway
from ws.logs import log_to
from ws.observation import Observe
from ws.redis_address import redis_address
from ws.settings import load
from ws.shared_port.observations import told_once
from ws.shared_port.sorter import Sorter, ToSite

GOODBYE_SECONDS = 0.2
"""At a Ctrl-C Django's autoreloader kills the process that serves after 0.25 s."""
STOP_SECONDS = 2.0

logger = logging.getLogger("rowcast.gateway")


class GatewayThread:
    """Accepts on this socket, hands the site's connections to `to_site`, and keeps the gateway's."""

    def __init__(self, listener: socket.socket, to_site: ToSite) -> None:
        self._listener = listener
        self._to_site = to_site
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self._loop = self._runner.get_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="rowcast gateway", daemon=True)

    def start(self) -> None:
        raise_limit()
        self._thread.start()

    def stop(self) -> None:
        """Tell the clients to reconnect, and return soon. Stopping twice does no harm."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        """Without this thread no page would be served any more, and nobody would know why: its failure is the end."""
        try:
            with self._runner:
                self._runner.run(self._serve())
        except BaseException:
            logger.exception("the gateway failed, and the server ends")
            os._exit(1)

    async def _serve(self) -> None:
        settings = load()
        settings = replace(settings, drain_seconds=0.0)
        observe = told_once(log_to("rowcast.gateway", shown=True), redis_address(settings.connection))
        feed = Feed(settings, observe, random.random)
        rules = Rules(settings.websocket_url, settings.allowed_origins, is_own_host)
        gateway = Gateway(settings, feed, observe, rules)
        sorter = Sorter(self._listener, gateway, self._to_site)
        sorter.open()
        await _connect(feed, observe)
        sorter.admit()
        await gateway.run(sorter, self._stop, answer_seconds=GOODBYE_SECONDS)


def is_own_host(host: str) -> bool:
    """As Django judges it for pages: a name of somebody else's that leads to this machine is not ours.

    Source: `HttpRequest.get_host`, and its guard against DNS rebinding.
    """
    allowed = django_settings.ALLOWED_HOSTS
    if django_settings.DEBUG and not allowed:
        allowed = [".localhost", "127.0.0.1", "[::1]"]
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


async def _connect(feed: Feed, observe: Observe) -> None:
    """Try once; after that the feed tries by itself, and tells clients to reconnect when it succeeds."""
    try:
        await feed.connect()
    except (RedisError, OSError) as error:
        observe(RedisLost(str(error), 0.0))
