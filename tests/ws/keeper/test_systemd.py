"""systemd's customs, as it practises them: a descriptor 3, and a socket to which states are sent."""

import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import unix_connect

from tests.processes import Process
from tests.ws.gateway.conftest import MESSAGE_SECONDS
from tests.ws.gateway.raw_client import HEARTBEAT
from tests.ws.keeper.conftest import site_environment
from ws.keeper.observations import Ready, Reloaded, ReloadFailed, Reloading, Stopping, WorkerReplaced
from ws.keeper.systemd import also_notify
from ws.observation import Observation


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a short name: a socket's has 103 bytes at most."""
    return tmp_path_factory.mktemp("s")


@pytest.fixture
def ear(folder: Path) -> Iterator[socket.socket]:
    """Systemd's end of NOTIFY_SOCKET."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind(str(folder / "notify"))
        made.settimeout(MESSAGE_SECONDS)
        yield made


BECOME_THE_SERVICE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.executable, [sys.executable, "manage.py", "rungateway"])
"""


def started_with(descriptor: int, environment: dict[str, str]) -> Process:
    """As systemd starts a service: its socket is descriptor 3."""
    command = [sys.executable, "-c", BECOME_THE_SERVICE, str(descriptor)]
    return Process(command, environment, pass_fds=[descriptor])


def test_systemds_socket_is_taken_and_outlives_us(folder: Path, ear: socket.socket, redis_url: str) -> None:
    environment = {**site_environment(redis_url), "NOTIFY_SOCKET": str(folder / "notify")}
    path = str(folder / "gateway")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        with started_with(listener.fileno(), environment) as process:
            assert f"ready at unix:{path}, reading from" in process.wait_for("ready at")
            assert ear.recv(100) == b"READY=1"
            with unix_connect(path, "ws://localhost/ws/keeper?subscribe-broadcast") as client:
                assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
            process.send(signal.SIGTERM)
            assert ear.recv(100) == b"STOPPING=1"
            assert process.wait() == 0
        with socket.socket(socket.AF_UNIX) as early:
            early.connect(path)


def test_a_descriptor_that_is_no_listening_socket_is_told(redis_url: str) -> None:
    with socket.socket() as closed, started_with(closed.fileno(), site_environment(redis_url)) as process:
        assert process.wait() == 1
    assert "cannot listen on descriptor 3: nobody can connect to it" in process.output
    assert "ListenStream=" in process.output


@pytest.mark.parametrize(
    ("observation", "state"),
    [
        (Ready("ws://127.0.0.1:8001/ws/", "redis://127.0.0.1"), b"READY=1"),
        (Reloading(2), b"RELOADING=1\nMONOTONIC_USEC="),
        (Reloaded("worker 1 (4711)"), b"READY=1"),
        (ReloadFailed(1, "no Redis"), b"READY=1"),
        (Stopping(), b"STOPPING=1"),
    ],
)
def test_systemd_is_told_how_it_goes(
    folder: Path, ear: socket.socket, monkeypatch: pytest.MonkeyPatch, observation: Observation, state: bytes
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(folder / "notify"))
    seen: list[Observation] = []
    observe = also_notify(seen.append)
    observe(WorkerReplaced("worker 1 (4711)"))
    observe(observation)
    assert ear.recv(100).startswith(state)
    assert seen[1:] == [observation]


def test_without_systemd_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    seen: list[Observation] = []
    assert also_notify(seen.append) == seen.append
