"""The keeper with real workers: they share the clients, and are replaced without anybody being refused."""

import os
import re
import signal
import ssl
import tempfile
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect, unix_connect

from tests.conftest import ProgramRequirement
from tests.processes import Process
from tests.tls_relay import INSTALL, make_certificate
from tests.ws.gateway.conftest import MESSAGE_SECONDS
from tests.ws.gateway.raw_client import HEARTBEAT, RawClient
from tests.ws.gateway.requests import request
from tests.ws.keeper.conftest import MakeService, Service, site_environment
from tests.ws.observed import wait_until


def close_code(client: ClientConnection) -> int | None:
    """With which it is closed."""
    try:
        while True:
            client.recv(MESSAGE_SECONDS)
    except ConnectionClosed:
        return client.close_code


class Newcomers:
    """Connect one after another, until the end of the block; who was refused raises there."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._stop = Event()
        self._errors: list[Exception] = []
        self._thread = Thread(target=self._come)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        assert self._errors == []

    def _come(self) -> None:
        while not self._stop.is_set() and not self._errors:
            try:
                with self._service.connect():
                    pass
            except Exception as error:  # noqa: BLE001 - it is told at the end
                self._errors.append(error)


def test_the_clients_are_shared_by_the_workers(make_service: MakeService) -> None:
    service = make_service("--workers", "2")
    with ExitStack() as cleanup:
        for _ in range(40):
            cleanup.enter_context(service.connect(""))
        service.process.send(signal.SIGTERM)
        assert service.process.wait() == 0
    told = re.findall(r"rowcast\.gateway\.([12]): stopped; (\d+) clients", service.process.output)
    assert {place for place, _ in told} == {"1", "2"}
    assert sum(int(clients) for _, clients in told) == 40
    assert all(int(clients) > 0 for _, clients in told)
    assert service.process.output.count("ready at ws://") == 1


def test_at_sighup_new_workers_take_over_and_nobody_is_refused(make_service: MakeService) -> None:
    service = make_service("--workers", "2", source="WS4REDIS_HEARTBEAT = 'old'")
    before = service.process.children()
    with service.connect() as client, Newcomers(service):
        assert client.recv(MESSAGE_SECONDS) == "old"
        service.set("WS4REDIS_HEARTBEAT = 'new'")
        for _ in range(2):  # twice does no harm
            service.process.send(signal.SIGHUP)
        service.process.wait_for("replaced: worker 1")
        assert close_code(client) == 1012
        service.process.wait_for("stopped;", times=2)  # until then the other old one may still let somebody in
        wait_until(lambda: len(service.process.children()) == 2)
        with service.connect() as newcomer:
            assert newcomer.recv(MESSAGE_SECONDS) == "new"
    assert not set(before) & set(service.process.children())
    assert "ERROR" not in service.process.output


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("WS = {'ALLOWED_ORIGIN': []}", "'ALLOWED_ORIGIN', which is unknown"),
        ("raise RuntimeError('a slip of the pen')", "ended with status 1"),
    ],
)
def test_new_workers_that_cannot_start_leave_the_old_ones(make_service: MakeService, source: str, reason: str) -> None:
    service = make_service("--workers", "2")
    workers = service.process.children()
    with service.connect() as client, Newcomers(service):
        service.set(source)
        service.process.send(signal.SIGHUP)
        line = service.process.wait_for("the old workers go on")
        assert "ERROR" in line
        wait_until(lambda: service.process.children() == workers)
        assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
    assert reason in service.process.output
    assert service.process.stop() == 0


def test_a_lost_worker_is_started_again(make_service: MakeService) -> None:
    service = make_service()
    (worker,) = service.process.children()
    with service.connect() as client:
        os.kill(worker, signal.SIGKILL)
        assert close_code(client) == 1006
    with service.connect() as client:  # it waits in the socket's queue
        assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
    lost = service.process.wait_for("worker 1 is lost")
    assert f"worker 1 ({worker}) was ended by SIGKILL" in lost
    service.process.wait_for("is ready")


def test_a_worker_that_is_asked_to_end_is_followed_at_once(make_service: MakeService) -> None:
    service = make_service()
    (worker,) = service.process.children()
    with RawClient(service.port) as deaf:
        deaf.send(request())
        assert deaf.status() == 101
        os.kill(worker, signal.SIGTERM)
        assert "was asked to end" in service.process.wait_for("worker 1 is lost")
        with service.connect() as client:
            assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
        assert deaf.close_frame().code == 1012


def test_a_keeper_that_is_killed_takes_its_workers_along(make_service: MakeService) -> None:
    service = make_service()
    with service.connect() as client:
        service.process.send(signal.SIGKILL)
        assert close_code(client) == 1012
    wait_until(service.is_closed)
    service.process.wait()
    assert "stopped; 1 clients were told" in service.process.output


def test_a_second_ctrl_c_ends_at_once(make_service: MakeService) -> None:
    service = make_service(source="WS = {'DRAIN_SECONDS': 3600.0}")
    with RawClient(service.port) as deaf:
        deaf.send(request())
        assert deaf.status() == 101
        service.process.send(signal.SIGINT)
        assert deaf.close_frame().code == 1012
        service.process.send(signal.SIGINT)
        assert service.process.wait() == 0
    assert "Traceback" not in service.process.output


def test_it_ends_with_0_though_a_worker_hangs(make_service: MakeService) -> None:
    service = make_service(source="WS = {'DRAIN_SECONDS': 0.0}")
    (worker,) = service.process.children()
    os.kill(worker, signal.SIGSTOP)
    service.process.send(signal.SIGTERM)
    assert service.process.wait() == 0
    assert f"worker 1 ({worker}) was not done" in service.process.output


def test_a_socket_in_the_file_system_is_served_and_removed(make_service: MakeService) -> None:
    with tempfile.TemporaryDirectory(prefix="rowcast") as folder:
        path = Path(folder) / "gateway.sock"
        service = make_service("--bind", f"unix:{path}", "--socket-mode", "600")
        assert f"{service.url} and unix:{path}, reading from" in service.process.output
        with unix_connect(str(path), "ws://localhost/ws/keeper?subscribe-broadcast") as client:
            service.process.send(signal.SIGHUP)
            assert close_code(client) == 1012
        with unix_connect(str(path), "ws://localhost/ws/keeper?subscribe-broadcast") as client:
            assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
        assert service.process.stop() == 0
        assert list(Path(folder).iterdir()) == []


def test_tls_with_the_certificate_as_it_is_at_sighup(
    make_service: MakeService, require_program: ProgramRequirement, tmp_path: Path
) -> None:
    openssl = require_program(["openssl"], INSTALL)
    file = make_certificate(openssl, tmp_path)
    service = make_service("--certfile", str(file))
    first = ssl.create_default_context(cafile=file)
    with connect(f"wss://localhost:{service.port}/ws/keeper", ssl=first, proxy=None) as client:
        assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
        make_certificate(openssl, tmp_path)
        service.process.send(signal.SIGHUP)
        assert close_code(client) == 1012
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(f"wss://localhost:{service.port}/ws/keeper", ssl=first, proxy=None)
    second = ssl.create_default_context(cafile=file)
    with connect(f"wss://localhost:{service.port}/ws/keeper", ssl=second, proxy=None) as client:
        assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
    assert service.url.startswith("wss://")


def test_a_certificate_that_is_none_ends_the_start(redis_url: str, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.pem")
    with Process.manage("rungateway", "--certfile", missing, environment=site_environment(redis_url)) as process:
        assert process.wait() == 1
    assert f"CommandError: The certificate '{missing}' cannot be used: No such file or directory" in process.output
    assert "--certfile names a PEM file" in process.output
    assert "Traceback" not in process.output
