"""`manage.py runserver`: Django's own, with the gateway at WEBSOCKET_URL on the same port."""

import signal
import sys
import threading
from typing import Any

from django.apps import apps
from django.core.management.base import CommandParser
from django.core.management.commands import runserver as django_runserver

from ws.settings import load
from ws.shared_port.server import SharedPortServer

if apps.is_installed("django.contrib.staticfiles"):
    from django.contrib.staticfiles.management.commands.runserver import Command as DjangoCommand
else:
    DjangoCommand = django_runserver.Command  # type: ignore[assignment,misc]


class Command(DjangoCommand):
    """Development: pages and WebSockets."""

    addr: str
    help = f"{DjangoCommand.help} WebSockets are served at WEBSOCKET_URL on the same port, by the gateway's own code."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--nogateway",
            action="store_false",
            dest="use_gateway",
            help="Tells Django to NOT serve WebSockets, as where a proxy sends them to `rungateway`.",
        )

    def run(self, **options: Any) -> None:
        if not options["use_reloader"] and threading.current_thread() is threading.main_thread():
            # As under the autoreloader: a SIGTERM ends it in an orderly way, and clients are told.
            signal.signal(signal.SIGTERM, lambda *_: _leave())
        super().run(**options)

    def inner_run(self, *arguments: Any, **options: Any) -> None:
        if options["use_gateway"] and self._has_room_for_pages():
            self.server_cls = SharedPortServer
        super().inner_run(*arguments, **options)

    def on_bind(self, server_port: int) -> None:
        if self.server_cls is SharedPortServer:
            host = f"[{self.addr}]" if ":" in self.addr else self.addr
            self.stdout.write(f"WebSockets are at ws://{host}:{server_port}{load().websocket_url}")
        super().on_bind(server_port)

    def _has_room_for_pages(self) -> bool:
        if load().websocket_url != "/":
            return True
        self.stderr.write(
            "WEBSOCKET_URL is '/', which leaves no address to pages: WebSockets are not served here. A proxy can send"
            " another host name to rungateway."
        )
        return False


def _leave() -> None:
    if SharedPortServer.current is None:
        sys.exit(0)
    SharedPortServer.current.leave()
