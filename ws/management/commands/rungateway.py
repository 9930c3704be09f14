"""`manage.py rungateway`: process 2, Redis → browsers."""

import asyncio
import random
import signal
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

import uvloop
from django.core.management.base import BaseCommand, CommandError
from redis.exceptions import RedisError

from ws.gateway.descriptors import raise_limit
from ws.gateway.feed import Feed
from ws.gateway.observations import Ready
from ws.gateway.server import Gateway
from ws.logs import log_to
from ws.redis_address import redis_address
from ws.settings import WsSettings, load


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
        " Runs until Ctrl-C or SIGTERM. It needs Redis; and the site's database where browsers ask for what is theirs"
        " (subscribe-user, -group, -session). Put it behind the proxy that serves the site."
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
        raise_limit()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_run(load(), *bind))


async def _run(settings: WsSettings, host: str, port: int) -> None:
    observe = log_to("rowcast.gateway", shown=True)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    feed = Feed(settings, observe, random.random)
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
    observe(Ready(_url(server, settings), redis))
    await gateway.run(server, stop)


def _url(server: asyncio.Server, settings: WsSettings) -> str:
    host, port = server.sockets[0].getsockname()[:2]
    return f"ws://{f'[{host}]' if ':' in host else host}:{port}{settings.websocket_url}"
