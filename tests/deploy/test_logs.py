"""Tickets stand in queries, and no query in a log."""

import socket
from dataclasses import replace

import pytest

from project.development.programs import free_port
from tests.deploy.conftest import MakeProxy
from tests.deploy.proxies import KINDS, Place, RunningProxy
from tests.deploy.visitors import ANSWER_SECONDS, HEARTBEAT, browser, got, refused

SECRET = "thesecret"  # noqa: S105 - it is nobody's
QUERY = f"subscribe-broadcast&ticket={SECRET}"
ODD_REQUESTS = {
    "too long": f"GET /ws/sky?{QUERY}{'&' * 40_000} HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a bad header": f"GET /ws/sky?{QUERY} HTTP/1.1\r\nHost: localhost\r\nno header\r\n\r\n",
    "a bad host": f"GET /ws/sky?{QUERY} HTTP/1.1\r\nHost: a b\r\n\r\n",
    "a bad version": f"GET /ws/sky?{QUERY} HTTP/7.7\r\nHost: localhost\r\n\r\n",
    "many headers": f"GET /ws/sky?{QUERY} HTTP/1.1\r\nHost: localhost\r\n" + "A: b\r\n" * 2_000 + "\r\n",
}


@pytest.fixture
def logged(make_proxy: MakeProxy, name: str, place: Place) -> RunningProxy:
    return make_proxy(name, place)


def whole_log(proxy: RunningProxy, *paths: str) -> str:
    """With a line of each of these: HAProxy, when it is told to end, drops those that it has yet to write."""
    for path in paths:
        proxy.process.wait_for(path)
    proxy.process.stop()
    return proxy.process.output


def answered(port: int, request: str) -> bytes:
    """The status line of what is no proper request."""
    with socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS) as connection:
        connection.sendall(request.encode())
        return connection.recv(4096).partition(b"\r\n")[0]


def test_paths_are_logged_without_queries(logged: RunningProxy, name: str) -> None:
    with browser(logged, f"/ws/opened?subscribe-broadcast&{SECRET}") as client:
        assert client.recv(ANSWER_SECONDS) == HEARTBEAT
    assert got(logged, f"/missing?{SECRET}")[0] == 404
    assert refused(logged, f"/ws/foreign?{SECRET}", "http://evil.test")[0] == 403
    assert got(logged, f"/ws/plain?{QUERY}")[0] == 400
    opened, foreign = (101, 403) if KINDS[name].looks_inside else (200, 200)
    statuses = {"/ws/opened": opened, "/missing": 404, "/ws/foreign": foreign, "/ws/plain": 400}
    log = whole_log(logged, *statuses)
    for path, status in statuses.items():
        assert [line for line in log.splitlines() if path in line and f" {status} " in line], log
    assert SECRET not in log


def test_odd_requests_leave_no_query_in_the_log(logged: RunningProxy) -> None:
    for what, request in ODD_REQUESTS.items():
        status = answered(logged.port, request).split()[1]
        assert status[:1] in {b"4", b"5"}, what
    assert SECRET not in whole_log(logged)


def test_a_gateway_that_is_away_leaves_no_query_in_the_log(make_proxy: MakeProxy, name: str, place: Place) -> None:
    proxy = make_proxy(name, replace(place, gateway=f"127.0.0.1:{free_port()}"))
    status, _ = refused(proxy, f"/ws/away?{QUERY}")
    log = whole_log(proxy, "/ws/away")
    assert [line for line in log.splitlines() if "/ws/away" in line and f" {status} " in line], log
    assert SECRET not in log
