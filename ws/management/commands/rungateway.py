"""`manage.py rungateway`: process 2, Redis → browsers. It keeps its workers, which are the same command again."""

import asyncio
import random
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.autoreload import get_child_arguments

from ws.health.counts import ObservationCounts, both
from ws.health.gathered import Gathered
from ws.health.own import Own
from ws.health.server import NoAddressError, health_address, health_served
from ws.keeper.addresses import Address, TcpAddress, UnixAddress, address
from ws.keeper.health import KeeperHealth
from ws.keeper.heritage import inherited
from ws.keeper.keeper import Keeper, NotStartedError
from ws.keeper.listener import CannotListenError, Listener
from ws.keeper.systemd import also_notify, passed_on
from ws.keeper.tcp_sockets import listen
from ws.keeper.unix_sockets import listen as listen_local
from ws.logs import log_to
from ws.worker import NotReadyError, work

HERE = TcpAddress("127.0.0.1", 8001)
EVERYBODY = 0o666


def at_least_one(text: str) -> int:
    """A number of processes."""
    if not text.isdecimal() or int(text) == 0:
        raise ArgumentTypeError(f"{text!r} is no number of processes: write 1 or more")
    return int(text)


def mode(text: str) -> int:
    """Rights on a file."""
    if not re.fullmatch("0?[0-7]{3}", text):
        raise ArgumentTypeError(f"{text!r} are no rights on a file: write three octal digits, as in 660")
    return int(text, 8)


class Command(BaseCommand):
    """Hands Redis's messages to the browsers that asked."""

    help = (
        "Hands what is published in Redis to the browsers that opened WEBSOCKET_URL<facility>?subscribe-broadcast."
        " Runs until Ctrl-C or SIGTERM; at SIGHUP it starts its workers anew, with the code and the settings as they"
        " are then, and refuses nobody meanwhile. It needs Redis; and the site's database where browsers ask for what"
        " is theirs (subscribe-user, -group, -session). Put it behind the proxy that serves the site."
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._heritage = inherited()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--bind",
            type=address,
            action="append",
            metavar="ADDRESS",
            help="where to listen: HOST:PORT, :PORT (every interface), [::1]:PORT, or unix:/PATH; may be repeated"
            f" (default: {HERE}, or the sockets that systemd passes on; port 0 takes a free one and says which)",
        )
        parser.add_argument(
            "--socket-mode",
            type=mode,
            default=EVERYBODY,
            metavar="MODE",
            help="who may connect to unix:/PATH, as for chmod (default: 666, everybody on this machine, as it is with"
            " 127.0.0.1; the folder's rights count too)",
        )
        parser.add_argument(
            "--workers",
            type=at_least_one,
            default=1,
            metavar="N",
            help="processes that share the clients (default: 1, which is enough for some ten thousand)",
        )
        parser.add_argument(
            "--certfile",
            metavar="FILE",
            help="speak TLS (wss://), with the certificate in this PEM file; SIGHUP reads it anew",
        )
        parser.add_argument(
            "--health",
            type=health_address,
            metavar="HOST:PORT",
            help="where to answer /healthz, /readyz and /metrics (default: nowhere)",
        )
        parser.add_argument("--keyfile", metavar="FILE", help="the certificate's key, where --certfile has it not")

    def execute(self, *args: Any, **options: Any) -> Any:
        """A worker's complaint is its keeper's to make."""
        if self._heritage is None:
            return super().execute(*args, **options)
        try:
            return super().execute(*args, **options)
        except (CommandError, NotReadyError) as error:
            self._heritage.say({"failed": str(error)})
            sys.exit(1)

    def check(self, *args: Any, **options: Any) -> None:
        """Once for all that are started together."""
        if self._heritage is None or self._heritage.is_to_check:
            super().check(*args, **options)

    def handle(self, *_: Any, certfile: str | None, keyfile: str | None, **options: Any) -> None:
        if keyfile and not certfile:
            raise CommandError("--keyfile is the key of a certificate, which --certfile names.")
        if self._heritage is not None:
            work(self._heritage, certfile, keyfile)
            return
        with ExitStack() as cleanup:
            try:
                listeners = _listeners(cleanup, options["bind"], options["workers"], options["socket_mode"])
                asyncio.run(_keep(listeners, options["workers"], options["health"]))
            except (CannotListenError, NoAddressError, NotStartedError) as error:
                raise CommandError(str(error)) from error


def _listeners(
    cleanup: ExitStack, addresses: Sequence[Address] | None, workers: int, socket_mode: int
) -> list[Listener]:
    """Those of systemd's, and those that were asked for. Raises CannotListenError."""
    listeners = passed_on()
    if addresses is None:
        addresses = () if listeners else (HERE,)
    for each in addresses:
        made = listen_local(each, socket_mode) if isinstance(each, UnixAddress) else listen(each, workers)
        for listener in made:
            cleanup.callback(listener.close)
        listeners += made
    return listeners


async def _keep(listeners: list[Listener], workers: int, address: tuple[str, int] | None) -> None:
    counts = ObservationCounts("gateway", "ws.keeper.", "ws.health.")
    observe = also_notify(both(counts, log_to("rowcast.gateway", shown=True)))
    gathered = Gathered(workers, Own(KeeperHealth(workers), counts))
    health = None if address is None else gathered
    with health_served(address, lambda: gathered, observe):
        await Keeper(get_child_arguments(), listeners, workers, observe, random.random, health=health).run()
