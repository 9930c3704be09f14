"""`manage.py rungateway`: process 2, Redis → browsers. It keeps its workers, which are the same command again."""

import asyncio
import random
import sys
from argparse import ArgumentParser, ArgumentTypeError
from contextlib import ExitStack
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.autoreload import get_child_arguments

from ws.keeper.addresses import TcpAddress, address
from ws.keeper.heritage import inherited
from ws.keeper.keeper import Keeper, NotStartedError
from ws.keeper.sockets import CannotListenError, Listener, listen
from ws.logs import log_to
from ws.worker import NotReadyError, work

HERE = TcpAddress("127.0.0.1", 8001)


def at_least_one(text: str) -> int:
    """A number of processes."""
    if not text.isdecimal() or int(text) == 0:
        raise ArgumentTypeError(f"{text!r} is no number of processes: write 1 or more")
    return int(text)


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
            metavar="HOST:PORT",
            help=f"where to listen (default: {HERE}; port 0 takes a free one and says which); may be repeated",
        )
        parser.add_argument(
            "--workers",
            type=at_least_one,
            default=1,
            metavar="N",
            help="processes that share the clients (default: 1, which is enough for some ten thousands)",
        )

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

    def handle(self, *_: Any, bind: list[TcpAddress] | None, workers: int, **__: Any) -> None:
        if self._heritage is not None:
            work(self._heritage)
            return
        with ExitStack() as cleanup:
            try:
                listeners = _listeners(bind or [HERE], workers, cleanup)
                asyncio.run(_keep(listeners, workers))
            except (CannotListenError, NotStartedError) as error:
                raise CommandError(str(error)) from error


def _listeners(addresses: list[TcpAddress], workers: int, cleanup: ExitStack) -> list[Listener]:
    listeners = []
    for each in addresses:
        for listener in listen(each, workers):
            cleanup.callback(listener.close)
            listeners.append(listener)
    return listeners


async def _keep(listeners: list[Listener], workers: int) -> None:
    observe = log_to("rowcast.gateway", shown=True)
    await Keeper(get_child_arguments(), listeners, workers, observe, random.random).run()
