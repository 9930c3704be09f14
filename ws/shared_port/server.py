"""`runserver`'s server: Django's own, which is given its connections by the gateway's thread."""

import atexit
import socket
from queue import SimpleQueue
from typing import Any, ClassVar

from django.core.servers.basehttp import WSGIServer

from ws.gateway.server import WAITING_TO_BE_ACCEPTED
from ws.shared_port.gateway_thread import GatewayThread


class SharedPortServer(WSGIServer):
    """Listens, lets the gateway's thread accept, and serves whoever asks for a page."""

    request_queue_size = WAITING_TO_BE_ACCEPTED

    current: ClassVar["SharedPortServer | None"] = None
    """The one that serves in this process."""

    _gateway: GatewayThread | None = None

    def server_activate(self) -> None:
        super().server_activate()
        self._arrivals: SimpleQueue[tuple[socket.socket, Any] | None] = SimpleQueue()
        SharedPortServer.current = self
        self._gateway = GatewayThread(self.socket, lambda *arrival: self._arrivals.put(arrival))
        self._gateway.start()
        # Ctrl-C, SIGTERM and the autoreloader end the process by an exception in its main thread, not always ours.
        atexit.register(self._gateway.stop)

    def leave(self) -> None:
        """End the process between two requests. To be called by a signal's handler.

        An exception that such a handler raises within a request would be taken for the application's, and be logged.
        """
        self._arrivals.put(None)

    def get_request(self) -> tuple[socket.socket, Any]:
        arrival = self._arrivals.get()
        if arrival is None:
            raise SystemExit(0)
        return arrival

    def serve_forever(self, poll_interval: float = 0.5) -> None:  # noqa: ARG002 - nothing is polled
        while True:  # socketserver's own step: takes one by `get_request`, and sees to what goes wrong with it
            self._handle_request_noblock()  # type: ignore[attr-defined]

    def server_close(self) -> None:
        if self._gateway is not None:
            atexit.unregister(self._gateway.stop)
            self._gateway.stop()
        super().server_close()
