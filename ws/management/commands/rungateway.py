"""`manage.py rungateway`: process 2, Redis → browsers."""

import asyncio
import random
import resource
import signal
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

import uvloop
from django.core.management.base import BaseCommand, CommandError
from redis.exceptions import RedisError

from ws.gateway.feed import Feed
from ws.gateway.observations import Ready, Stopped
from ws.gateway.server import Gateway
from ws.observation import log_to
from ws.redis_address import redis_address
from ws.settings import WsSettings, load

DESCRIPTORS_OF_UNLIMITED = 10_240
"""macOS calls its hard limit infinite and refuses a soft one above this (its `OPEN_MAX`)."""


def address(text: str) -> tuple[str, int]:
    """`host:port`, `:port` (every interface) or `[::1]:port`."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise ArgumentTypeError(f"{text!r} is no address: write HOST:PORT, as in 127.0.0.1:8001")
    return host.strip("[]"), int(port)


class Command(BaseCommand):
    """Hands Redis's messages to the browsers that asked."""

    help = (
        "Hands what is published in Redis to the browsers that opened WEBSOCKET_URL<facility>?subscribe-broadcast."
        " Runs until Ctrl-C or SIGTERM. It needs Redis, no database. Put it behind the proxy that serves the site."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--bind",
            type=address,
            default=("127.0.0.1", 8001),
            metavar="HOST:PORT",
            help="where to listen (default: 127.0.0.1:8001; port 0 takes a free one and says which)",
        )

    def handle(self, *_: Any, bind: tuple[str, int], **__: Any) -> None:
        _raise_descriptor_limit()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_run(load(), *bind))


def _raise_descriptor_limit() -> None:
    """Each client is a file descriptor; the usual soft limit of 1024 is not meant for servers."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = max(soft, DESCRIPTORS_OF_UNLIMITED) if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


async def _run(settings: WsSettings, host: str, port: int) -> None:
    observe = log_to("rowcast.gateway", shown=True)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    feed = Feed(settings.connection, observe, random.random)
    redis = redis_address(settings.connection)
    try:
        await feed.connect()
    except (RedisError, OSError) as error:
        raise CommandError(
            f"Redis does not answer at {redis}: {error}\nStart it, or set REDIS_URL (WS4REDIS_CONNECTION)."
        ) from error
    gateway = Gateway(settings, feed, observe)
    try:
        server = await gateway.serve(host, port)
    except OSError as error:
        raise CommandError(
            f"The gateway cannot listen on {host}:{port}: {error.strerror or error}\nEnd what uses that port, or choose"
            " another: --bind 127.0.0.1:8002"
        ) from error
    reading = asyncio.create_task(feed.run(gateway))
    observe(Ready(_url(server, settings), redis))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({reading, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.close()
    told = await gateway.drain()
    stopping.cancel()
    if reading.done():
        await reading
    observe(Stopped(told))
    reading.cancel()
    await asyncio.wait({reading})
    await feed.close()


def _url(server: asyncio.Server, settings: WsSettings) -> str:
    host, port = server.sockets[0].getsockname()[:2]
    return f"ws://{f'[{host}]' if ':' in host else host}:{port}{settings.websocket_url}"
