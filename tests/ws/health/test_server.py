"""The server, asked by good and bad clients over real sockets."""

import socket
from argparse import ArgumentTypeError
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.ws.health.asking import ANSWER_SECONDS, ask
from tests.ws.observed import Observed
from ws.health.observations import HealthServed, HealthUnknown, ProbeDropped
from ws.health.pages import HEAD_BYTES_AT_MOST
from ws.health.server import CONNECTIONS_AT_MOST, HealthServer, NoAddressError, health_address, health_served
from ws.health.standing import Standing


class Patient:
    """Says of itself what a test wants."""

    def __init__(self) -> None:
        self.told = Standing()
        self.text = b"rowcast_up 1\n"
        self.fails = False

    async def standing(self) -> Standing:
        if self.fails:
            raise ValueError("nobody knows")
        return self.told

    async def metrics(self) -> bytes:
        return self.text


@pytest.fixture
def patient() -> Patient:
    return Patient()


@pytest.fixture
def observed() -> Observed:
    return Observed()


@pytest.fixture
def url(patient: Patient, observed: Observed) -> Iterator[str]:
    with HealthServer(("127.0.0.1", 0), patient, observed) as server:
        yield server.address


def open_raw(url: str) -> socket.socket:
    parts = urlsplit(url)
    assert parts.hostname is not None
    return socket.create_connection((parts.hostname, parts.port or 0), timeout=ANSWER_SECONDS)


def is_ended(client: socket.socket) -> bool:
    """The server ends it without a word."""
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True


def test_health_readiness_and_metrics_are_told(url: str, patient: Patient) -> None:
    patient.told = Standing(unready=("Redis is lost",))
    assert ask(url, "healthz") == (200, "ok\n")
    assert ask(url, "readyz") == (503, "Redis is lost\n")
    assert ask(url, "metrics") == (200, "rowcast_up 1\n")


def test_head_works(url: str) -> None:
    assert ask(url, "metrics", "HEAD") == (200, "")


def test_other_addresses_and_methods_are_refused(url: str) -> None:
    assert ask(url, "secrets")[0] == 404
    assert ask(url, "metrics", "POST")[0] == 405


def test_a_head_that_is_too_long_has_no_answer(url: str, observed: Observed) -> None:
    with open_raw(url) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nX: " + b"x" * (4 * HEAD_BYTES_AT_MOST))
        assert is_ended(client)
    observed.wait_for(ProbeDropped)


def test_whoever_says_nothing_is_cut_off_and_delays_nobody(url: str, observed: Observed) -> None:
    with open_raw(url) as silent:
        silent.sendall(b"GET /hea")
        assert ask(url, "healthz") == (200, "ok\n")
        assert is_ended(silent)
    observed.wait_for(ProbeDropped)


def test_whoever_does_not_read_is_cut_off_and_delays_nobody(url: str, patient: Patient, observed: Observed) -> None:
    patient.text = b"#" * 64 * 1024 * 1024
    with open_raw(url) as deaf:
        deaf.sendall(b"GET /metrics HTTP/1.1\r\n\r\n")
        assert ask(url, "healthz") == (200, "ok\n")
        observed.wait_for(ProbeDropped)


def test_more_than_so_many_at_once_are_cut_off(url: str, observed: Observed) -> None:
    clients = [open_raw(url) for _ in range(CONNECTIONS_AT_MOST + 1)]
    try:
        assert "others" in observed.wait_for(ProbeDropped).why
    finally:
        for client in clients:
            client.close()


def test_a_failure_to_say_it_is_observed_and_answered(url: str, patient: Patient, observed: Observed) -> None:
    patient.fails = True
    assert ask(url, "healthz")[0] == 500
    assert "nobody knows" in observed.wait_for(HealthUnknown).traceback


def test_an_address_that_is_taken_is_refused(url: str, patient: Patient, observed: Observed) -> None:
    with pytest.raises(NoAddressError, match="in use"):
        HealthServer(("127.0.0.1", urlsplit(url).port or 0), patient, observed)


@pytest.mark.parametrize("host", ["::1", ""])
def test_it_answers_over_ipv6_too(host: str, patient: Patient, observed: Observed) -> None:
    with HealthServer((host, 0), patient, observed) as server:
        port = urlsplit(server.address).port
        assert ask(f"http://[::1]:{port}", "healthz")[0] == 200
        if not host:
            assert ask(f"http://127.0.0.1:{port}", "healthz")[0] == 200


def test_addresses_are_host_and_port() -> None:
    assert health_address("127.0.0.1:9101") == ("127.0.0.1", 9101)
    assert health_address("[::1]:0") == ("::1", 0)
    assert health_address(":9101") == ("", 9101)


@pytest.mark.parametrize("text", ["9101", "host:", "host:99999", "host:x"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="write HOST:PORT"):
        health_address(text)


def test_without_an_address_nobody_is_told(patient: Patient, observed: Observed) -> None:
    with health_served(None, lambda: patient, observed):
        assert observed.of(HealthServed) == []


def test_with_an_address_whoever_asks_there_is_told(patient: Patient, observed: Observed) -> None:
    with health_served(("127.0.0.1", 0), lambda: patient, observed):
        assert ask(observed.wait_for(HealthServed).address, "healthz")[0] == 200
