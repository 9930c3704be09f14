"""One of `rungateway`'s processes: a gateway on sockets that its keeper holds.

In: what it has inherited. It tells its keeper when it is ready, and when it accepts nobody any more; it ends when it is
told to, or when its keeper does.
"""

import asyncio
import random
import signal
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from socket import socket
from ssl import SSLContext

import uvloop
from redis.exceptions import RedisError

from ws.gateway.descriptors import raise_limit
from ws.gateway.draining import ANSWER_SECONDS
from ws.gateway.feed import Feed
from ws.gateway.health import GatewayHealth, Refusals
from ws.gateway.server import Door, Gateway
from ws.gateway.tls import CertificateError, tls_context
from ws.health.counts import ObservationCounts, both
from ws.health.line import HealthLine
from ws.health.own import Own
from ws.keeper.heritage import Heritage
from ws.logs import log_to
from ws.redis_address import redis_address
from ws.settings import WsSettings, load


class NotReadyError(RuntimeError):
    """It cannot start; the message says why, and what to do."""


TLS_SECONDS = 1.0
"""Who is in the middle of the handshake below ours, of which we do not hear, has this long to come up."""


class _Doors:
    """One for each address."""

    def __init__(self, doors: Sequence[Door], heritage: Heritage) -> None:
        self._doors = doors
        self._heritage = heritage
        self._is_open = True

    def close(self) -> None:
        """This process accepts nobody any more; the keeper still has the sockets. Closing twice does no harm."""
        if self._is_open:
            self._is_open = False
            for door in self._doors:
                door.close()
            self._heritage.say({"leaves": True})


def work(heritage: Heritage, certfile: str | None, keyfile: str | None) -> None:
    """From start to end. Raises NotReadyError."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # whoever sends it to all of ours means the keeper
    raise_limit()
    try:
        tls = None if certfile is None else tls_context(certfile, keyfile)
    except CertificateError as error:
        raise NotReadyError(str(error)) from error
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_work(heritage, load(), tls))


async def _work(heritage: Heritage, settings: WsSettings, tls: SSLContext | None) -> None:
    counts, refusals = ObservationCounts("gateway", "ws.gateway."), Refusals()
    observe = both(counts, refusals, log_to(f"rowcast.gateway.{heritage.place}", shown=True))
    is_asked_to_end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, is_asked_to_end.set)
    loop.add_reader(heritage.life, is_asked_to_end.set)
    feed = Feed(settings, observe, random.random)
    redis = redis_address(settings.connection)
    try:
        await feed.connect()
    except (RedisError, OSError) as error:
        raise NotReadyError(
            f"Redis does not answer at {redis}: {error}\nStart it, or set REDIS_URL (WS4REDIS_CONNECTION)."
        ) from error
    gateway = Gateway(settings, feed, observe)
    listeners = [socket(fileno=descriptor) for descriptor in heritage.listeners]
    doors = _Doors([await gateway.serve(listener, tls) for listener in listeners], heritage)
    grace = TLS_SECONDS if tls else 0.0
    heritage.say(
        {
            "scheme": "wss" if tls else "ws",
            "path": settings.websocket_url,
            "redis": redis,
            "drain_seconds": grace + settings.drain_seconds + ANSWER_SECONDS,
        }
    )
    stop = asyncio.Event()
    leaving = asyncio.create_task(_leave(is_asked_to_end, doors, grace, stop))
    with _asked(heritage, lambda: Own(GatewayHealth(gateway, feed), counts, refusals)):
        await gateway.run(doors, stop)
    leaving.cancel()


def _asked(heritage: Heritage, own: Callable[[], Own]) -> AbstractContextManager[object]:
    """While entered the keeper is told how it is, if it asks."""
    return nullcontext() if heritage.health is None else HealthLine(socket(fileno=heritage.health), own())


async def _leave(is_asked_to_end: asyncio.Event, doors: _Doors, grace: float, stop: asyncio.Event) -> None:
    await is_asked_to_end.wait()
    doors.close()
    await asyncio.sleep(grace)
    stop.set()
