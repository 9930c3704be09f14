"""The gateway's thread on a socket of its own, with a list where the site would be."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from queue import Queue
from typing import Any

import pytest
from pytest_django import Settings

from project.environment import redis_arguments
from ws.shared_port.gateway_thread import GatewayThread

ARRIVAL_SECONDS = 15.0


class RunningDoor:
    """A listening socket, whose connections go to the gateway or to `arrivals`."""

    def __init__(self) -> None:
        self.arrivals: Queue[socket.socket] = Queue()
        listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.port: int = listener.getsockname()[1]
        self.thread = GatewayThread(listener, self._arrive)
        self.thread.start()

    def visitor(self) -> socket.socket:
        """A connection to it."""
        made = socket.create_connection(("127.0.0.1", self.port), timeout=ARRIVAL_SECONDS)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def arrival(self) -> socket.socket:
        """The next connection that the site is given."""
        return self.arrivals.get(timeout=ARRIVAL_SECONDS)

    def stop(self) -> None:
        self.thread.stop()
        while not self.arrivals.empty():
            self.arrivals.get().close()

    def _arrive(self, connection: socket.socket, _address: Any) -> None:  # noqa: ANN401 - a socket's address
        self.arrivals.put(connection)


MakeDoor = Callable[..., RunningDoor]


@pytest.fixture
def make_door(settings: Settings, redis_url: str) -> Iterator[MakeDoor]:
    """Doors with settings of the test's own."""
    with ExitStack() as cleanup:

        def make(url: str = redis_url, **changes: object) -> RunningDoor:
            settings.WS4REDIS_CONNECTION, settings.WS4REDIS_PREFIX = redis_arguments(url), "test"
            settings.WS = changes
            door = RunningDoor()
            cleanup.callback(door.stop)
            return door

        yield make


@pytest.fixture
def door(make_door: MakeDoor) -> RunningDoor:
    return make_door()
