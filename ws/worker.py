"""One of `rungateway`'s processes: a gateway on sockets that its keeper holds.

In: what it has inherited. It tells its keeper when it is ready, and when it accepts nobody any more; it ends when it is
told to, or when its keeper does.
"""

import asyncio
import random
import signal
from collections.abc import Sequence
from socket import socket

import uvloop
from redis.exceptions import RedisError

from ws.gateway.descriptors import raise_limit
from ws.gateway.draining import ANSWER_SECONDS
from ws.gateway.feed import Feed
from ws.gateway.server import Gateway
from ws.keeper.heritage import Heritage
from ws.logs import log_to
from ws.redis_address import redis_address
from ws.settings import WsSettings, load


class NotReadyError(RuntimeError):
    """It cannot start; the message says why, and what to do."""


class _Doors:
    """One for each address."""

    def __init__(self, doors: Sequence[asyncio.Server], heritage: Heritage) -> None:
        self._doors = doors
        self._heritage = heritage

    def close(self) -> None:
        """This process accepts nobody any more; the keeper still has the sockets."""
        for door in self._doors:
            door.close()
        self._heritage.say({"leaves": True})


def work(heritage: Heritage) -> None:
    """From start to end. Raises NotReadyError."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # whoever sends it to all of ours means the keeper
    raise_limit()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_work(heritage, load()))


async def _work(heritage: Heritage, settings: WsSettings) -> None:
    observe = log_to(f"rowcast.gateway.{heritage.place}", shown=True)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    loop.add_reader(heritage.life, stop.set)
    feed = Feed(settings, observe, random.random)
    redis = redis_address(settings.connection)
    try:
        await feed.connect()
    except (RedisError, OSError) as error:
        raise NotReadyError(
            f"Redis does not answer at {redis}: {error}\nStart it, or set REDIS_URL (WS4REDIS_CONNECTION)."
        ) from error
    gateway = Gateway(settings, feed, observe)
    doors = [await gateway.serve(socket(fileno=listener)) for listener in heritage.listeners]
    drain_seconds = settings.drain_seconds + ANSWER_SECONDS
    heritage.say({"scheme": "ws", "path": settings.websocket_url, "redis": redis, "drain_seconds": drain_seconds})
    await gateway.run(_Doors(doors, heritage), stop)
