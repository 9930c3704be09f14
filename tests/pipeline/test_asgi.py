"""The gateway in an ASGI server that a team has already: the same messages, the same answers, the same goodbye."""

import signal
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.frames import Close as CloseData
from websockets.sync.client import ClientConnection, connect

from project.development.programs import free_port
from tests.pipeline.conftest import HEARTBEAT, MESSAGE_SECONDS, Pipeline, next_message
from tests.processes import Process
from tests.ws.gateway.test_server import close_of
from ws.wire.codes import RESTARTING

Start = Callable[[int], list[str]]


def uvicorn(port: int) -> list[str]:
    return ["uvicorn", "--port", str(port), "ws.asgi:application"]


def daphne(port: int) -> list[str]:
    return ["daphne", "--port", str(port), "ws.asgi:application"]


@pytest.fixture(params=[uvicorn, daphne], scope="module")
def server(request: pytest.FixtureRequest, pipeline: Pipeline) -> Iterator[str]:
    """Its host and port."""
    start: Start = request.param
    port = free_port()
    with Process([sys.executable, "-m", *start(port)], pipeline.environment) as process:
        process.wait_for("Uvicorn running on", "Listening on TCP address")
        yield f"127.0.0.1:{port}"


@contextmanager
def follow(server: str, words: str = "subscribe-broadcast", **options: Any) -> Iterator[ClientConnection]:  # noqa: ANN401
    """A client, after its first heartbeat."""
    with connect(f"ws://{server}/ws/rodan?{words}", proxy=None, **options) as client:
        while client.recv(MESSAGE_SECONDS) != HEARTBEAT:
            pass
        yield client


def test_a_changed_row_arrives(server: str, pipeline: Pipeline) -> None:
    with follow(server) as client:
        pipeline.execute("INSERT INTO project_project (name) SELECT 'p' || n FROM generate_series(1, 500) AS n")
        assert [next_message(client)["status"] for _ in range(500)] == ["created"] * 500


def test_what_a_client_says_is_answered_by_a_heartbeat(server: str) -> None:
    with follow(server, "") as client:
        client.send("hello")
        assert client.recv(MESSAGE_SECONDS) == HEARTBEAT


def test_pages_are_djangos(server: str) -> None:
    with urllib.request.urlopen(f"http://{server}/", timeout=MESSAGE_SECONDS) as response:
        assert response.status == 200
        assert b"rowcast.js" in response.read() or response.headers["Content-Type"].startswith("text/html")


def test_pages_of_elsewhere_are_refused(server: str) -> None:
    with pytest.raises(InvalidStatus) as refused, follow(server, origin="https://elsewhere.example"):
        pass
    assert refused.value.response.status_code == 403


def test_uvicorn_that_ends_tells_its_clients(pipeline: Pipeline) -> None:
    """By its own words. Daphne says nothing, to nobody."""
    port = free_port()
    with Process([sys.executable, "-m", *uvicorn(port)], pipeline.environment) as process:
        process.wait_for("Uvicorn running on")
        with follow(f"127.0.0.1:{port}") as client:
            process.send(signal.SIGTERM)
            assert close_of(client) == CloseData(RESTARTING.code, "")
        assert "Traceback" not in process.output
