"""`manage.py runserver` as a developer meets it: pages and WebSockets on one port, edits, and the end."""

import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from project.development.programs import free_port
from project.development.valkey import Valkey
from tests.pipeline.conftest import MESSAGE_SECONDS, Pipeline, next_message
from tests.pipeline.test_start_errors import settings_module
from tests.processes import READY_SECONDS, Process

READY = "Quit the server with"


@pytest.fixture
def address() -> str:
    return f"127.0.0.1:{free_port()}"


def runserver(environment: dict[str, str], address: str, *options: str) -> Process:
    """Started. Enter it to have it ended."""
    return Process.manage("runserver", address, *options, environment=environment)


@contextmanager
def follow(address: str) -> Iterator[ClientConnection]:
    """A browser's connection, which tries again until there is a server."""
    deadline = time.monotonic() + READY_SECONDS
    with ExitStack() as cleanup:
        while True:
            try:
                client = cleanup.enter_context(connect(f"ws://{address}/ws/rodan?subscribe-broadcast", proxy=None))
                break
            except (OSError, InvalidHandshake):
                assert time.monotonic() < deadline, f"no WebSocket at {address}"
        yield client


def close_code(client: ClientConnection) -> int | None:
    """The code with which the server closes this client, past what it still sends."""
    deadline = time.monotonic() + READY_SECONDS
    try:
        while time.monotonic() < deadline:
            client.recv(MESSAGE_SECONDS)
    except ConnectionClosed:
        return client.close_code
    pytest.fail("not closed in time")


def heartbeat(client: ClientConnection, text: str = "--heartbeat--") -> None:
    """Wait for it, past the kept message: what is committed from here on reaches the client."""
    if client.recv(MESSAGE_SECONDS) != text:
        assert client.recv(MESSAGE_SECONDS) == text


def status(page: http.client.HTTPConnection, path: str) -> int:
    page.request("GET", path)
    answer = page.getresponse()
    answer.read()
    return answer.status


@pytest.mark.parametrize("options", [[], ["--noreload"], ["--noreload", "--nothreading"]])
def test_pages_and_messages_come_from_one_port(pipeline: Pipeline, address: str, options: list[str]) -> None:
    """Compatibility P14, W2."""
    with runserver(pipeline.environment, address, *options) as site:
        site.wait_for(f"WebSockets are at ws://{address}/ws/")
        site.wait_for(READY)
        with follow(address) as client:
            heartbeat(client)
            page = http.client.HTTPConnection(address)
            assert [status(page, path) for path in ("/", "/static/ws/rowcast.js", "/ws", "/nowhere")] == [
                200,
                200,
                404,
                404,
            ]
            pipeline.execute("INSERT INTO project_project (name) VALUES ('on one port')")
            assert next_message(client)["model"] == "project"
            page.close()
    assert "Traceback" not in site.output


def test_a_connection_is_kept_for_further_pages(environment: dict[str, str], address: str) -> None:
    with runserver(environment, address, "--noreload") as site:
        site.wait_for(READY)
        page = http.client.HTTPConnection(address)
        assert status(page, "/") == 200
        kept = page.sock
        assert status(page, "/") == 200
        assert page.sock is kept
        page.close()


def test_a_silent_connection_does_not_hold_up_a_server_without_threads(
    environment: dict[str, str], address: str
) -> None:
    with runserver(environment, address, "--noreload", "--nothreading") as site:
        site.wait_for(READY)
        host, _, port = address.partition(":")
        with socket.create_connection((host, int(port))):
            page = http.client.HTTPConnection(address, timeout=MESSAGE_SECONDS)
            assert status(page, "/") == 200
            page.close()


def test_more_connections_than_the_system_allows_are_told_and_wait(environment: dict[str, str], address: str) -> None:
    command = f"ulimit -n 64; exec {sys.executable} manage.py runserver --noreload {address}"
    with Process(["sh", "-c", command], environment) as site:
        site.wait_for(READY)
        host, _, port = address.partition(":")
        with ExitStack() as crowd:
            for _ in range(80):
                crowd.enter_context(socket.create_connection((host, int(port))))
            site.wait_for("no connection can be accepted")
        page = http.client.HTTPConnection(address, timeout=MESSAGE_SECONDS)
        assert status(page, "/") == 200
        page.close()


@pytest.mark.skipif(not socket.has_ipv6, reason="this Python has no IPv6")
def test_an_ipv6_address_is_served(environment: dict[str, str]) -> None:
    address = f"[::1]:{free_port()}"
    with runserver(environment, address, "--noreload") as site:
        site.wait_for(f"WebSockets are at ws://{address}/ws/")
        with follow(address) as client:
            heartbeat(client)


def test_a_port_in_use_is_djangos_error(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with runserver(environment, address, "--noreload") as site:
            assert site.wait() == 1
    assert "That port is already in use" in site.output
    assert "Traceback" not in site.output


def test_a_prefix_that_leaves_no_address_to_pages_is_not_served(
    environment: dict[str, str], address: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    odd = settings_module(tmp_path_factory, "WEBSOCKET_URL = '/'")
    with runserver({**environment, **odd}, address, "--noreload") as site:
        site.wait_for("WEBSOCKET_URL is '/'")
        site.wait_for(READY)
        page = http.client.HTTPConnection(address)
        assert status(page, "/") == 200
        page.close()


def test_without_the_gateway_it_is_djangos_own(environment: dict[str, str], address: str) -> None:
    with runserver(environment, address, "--noreload", "--nogateway") as site:
        site.wait_for(READY)
        page = http.client.HTTPConnection(address)
        assert status(page, "/ws/rodan") == 404
        page.close()
    assert "WebSockets" not in site.output


def test_pages_are_served_without_redis_and_sockets_when_it_is_there(
    environment: dict[str, str], address: str, own_redis: Valkey
) -> None:
    own_redis.stop()
    with runserver({**environment, "REDIS_URL": own_redis.url}, address, "--noreload") as site:
        site.wait_for("Redis does not answer at redis://127.0.0.1:")
        page = http.client.HTTPConnection(address)
        assert status(page, "/") == 200
        page.close()
        own_redis.start()
        site.wait_for("Redis is back")
        with follow(address) as client:
            heartbeat(client)
            own_redis.stop()
            site.wait_for("Redis does not answer", times=2)
            own_redis.start()
            assert close_code(client) == 1012
    assert "Traceback" not in site.output


def close_code_after_edit(client: ClientConnection, file: Path) -> int | None:
    """The code that closes this client when `old` has become `new`; an edit before the reloader looks goes unseen."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        file.write_text(file.read_text("utf-8").replace("old", "new"), "utf-8")
        try:
            client.recv(MESSAGE_SECONDS)
        except ConnectionClosed:
            return client.close_code
    pytest.fail("not closed in time")


def test_an_edit_tells_clients_to_return_and_the_new_code_serves_them(
    environment: dict[str, str], address: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    edited = settings_module(tmp_path_factory, "WS4REDIS_HEARTBEAT = 'old'")
    file = Path(edited["PYTHONPATH"]) / "odd_settings.py"
    with runserver({**environment, **edited}, address) as site:
        site.wait_for(READY)
        with follow(address) as client:
            heartbeat(client, "old")
            assert close_code_after_edit(client, file) == 1012
        with follow(address) as client:
            heartbeat(client, "new")
    assert "Traceback" not in site.output


@pytest.mark.parametrize(
    ("number", "options"),
    [(signal.SIGINT, []), (signal.SIGINT, ["--noreload"]), (signal.SIGTERM, ["--noreload"])],
)
def test_the_end_is_told_to_clients_and_is_no_failure(
    environment: dict[str, str], address: str, number: signal.Signals, options: list[str]
) -> None:
    """A terminal's Ctrl-C reaches the whole group."""
    with runserver(environment, address, *options) as site:
        site.wait_for(READY)
        with follow(address) as client:
            os.killpg(site.pid, number)
            assert close_code(client) == 1012
            assert site.wait() == 0
    assert "stopped; 1 clients were told to reconnect" in site.output
    assert "Traceback" not in site.output
