"""TLS and sockets of this machine, on both sides of the gateway: behind a proxy, and before Redis."""

import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from pytest_django import Settings
from websockets.sync.client import connect
from websockets.typing import Origin

from project.development.valkey import Valkey
from tests.conftest import ProgramRequirement
from tests.tls_relay import INSTALL, make_certificate, tls_relay
from tests.ws.gateway.conftest import MESSAGE_SECONDS, MakeGateway, RunningGateway
from tests.ws.gateway.raw_client import HEARTBEAT
from tests.ws.gateway.test_server import next_message
from ws.gateway.tls import CertificateError, tls_context
from ws.publisher import publish


@pytest.fixture
def certificate(require_program: ProgramRequirement, tmp_path: Path) -> Path:
    return make_certificate(require_program(["openssl"], INSTALL), tmp_path)


@pytest.fixture
def socket_path() -> Iterator[str]:
    """Short: a socket's name has 107 bytes at most."""
    with tempfile.TemporaryDirectory(prefix="rowcast") as folder:
        yield f"{folder}/redis.sock"


def serves(gateway: RunningGateway, settings: Settings, connection: dict[str, Any]) -> bool:
    """Whether what the site publishes over such a connection reaches a client of the gateway's over another one."""
    settings.WS4REDIS_CONNECTION, settings.WS4REDIS_PREFIX = connection, "test"
    with gateway.follow("sky") as client:
        publish("sky", "served", at_once=True)
        return next_message(client) == "served"


def test_a_browser_reaches_the_gateway_over_tls_through_a_proxy(gateway: RunningGateway, certificate: Path) -> None:
    """Compatibility W4."""
    with tls_relay(gateway.port, certificate) as port:
        address, page = f"wss://localhost:{port}/ws/sky?subscribe-broadcast", f"https://localhost:{port}"
        trusted = ssl.create_default_context(cafile=certificate)
        with connect(address, proxy=None, ssl=trusted, origin=Origin(page)) as client:
            assert client.recv(MESSAGE_SECONDS) == HEARTBEAT


def test_redis_is_reached_over_tls(
    make_gateway: MakeGateway, settings: Settings, own_redis: Valkey, certificate: Path
) -> None:
    """Compatibility S3."""
    with tls_relay(own_redis.port, certificate) as port:
        where: dict[str, Any] = {"host": "localhost", "port": port, "password": own_redis.password()}
        connection = {**where, "ssl": True, "ssl_ca_certs": str(certificate)}
        gateway = make_gateway(connection=connection)
        assert serves(gateway, settings, connection)
        gateway.stop()


def test_redis_is_reached_over_a_socket(
    make_gateway: MakeGateway, settings: Settings, tmp_path: Path, socket_path: str
) -> None:
    """Compatibility S3."""
    server = Valkey(tmp_path / "valkey", [f"unixsocket {socket_path}"])
    server.start()
    connection: dict[str, Any] = {"unix_socket_path": socket_path, "password": server.password()}
    gateway = make_gateway(connection=connection)
    with redis.Redis(**connection) as client:
        client.set("test:broadcast:sky", "kept")
    with gateway.connect("sky") as client:
        assert client.recv(MESSAGE_SECONDS) == "kept"
    assert serves(gateway, settings, connection)
    gateway.stop()
    server.stop()


def test_tls_is_1_2_at_least(certificate: Path) -> None:
    assert tls_context(str(certificate), None).minimum_version is ssl.TLSVersion.TLSv1_2


def test_a_key_of_another_certificate_is_told(require_program: ProgramRequirement, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    one, other = (str(make_certificate(require_program(["openssl"], INSTALL), folder)) for folder in folders)
    with pytest.raises(CertificateError, match=f"'{one}' with the key '{other}' cannot be used: .*mismatch"):
        tls_context(one, other)


def test_a_file_that_is_no_certificate_is_told(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.write_text("buy milk", encoding="utf-8")
    with pytest.raises(CertificateError, match="--certfile names a PEM file"):
        tls_context(str(notes), None)
