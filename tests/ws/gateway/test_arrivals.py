"""Who comes in, and who is turned away at the door, at the real gateway."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import uvloop

from tests.ws.gateway.conftest import MakeGateway, RunningGateway
from tests.ws.gateway.raw_client import HEARTBEAT, RawClient
from tests.ws.gateway.requests import request
from tests.ws.observed import Observed, wait_until
from ws.gateway.descriptors import OURS, clients_within
from ws.gateway.feed import Feed
from ws.gateway.observations import HandshakeRefused, ProxyNotNamed
from ws.gateway.server import Gateway
from ws.gateway.tcp_client import TcpClient
from ws.gateway.turned_away import WAITED_FOR
from ws.settings import load

BEHIND = {"trusted_proxies": ["127.0.0.1"]}


def forwarded(client: str, **headers: str) -> bytes:
    """A request as a proxy passes it on."""
    extra = [("X-Forwarded-For", client), *((name.replace("_", "-"), value) for name, value in headers.items())]
    return request("/ws/", extra=extra)


def status(gateway: RunningGateway, said: bytes, cleanup: ExitStack | None = None) -> int:
    """What a connection that says so is answered; it stays until the cleanup, where there is one."""
    client = RawClient(gateway.port)
    client.send(said)
    if cleanup is None:
        with client:
            return client.status()
    return cleanup.enter_context(client).status()


@pytest.fixture
def cleanup() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_one_more_than_max_clients_is_503_and_the_others_stay(make_gateway: MakeGateway, cleanup: ExitStack) -> None:
    gateway = make_gateway(max_clients=2)
    clients = [cleanup.enter_context(gateway.open_raw()) for _ in range(2)]
    assert status(gateway, request("/ws/")) == 503
    assert [client.text() for client in clients] == [HEARTBEAT] * 2
    assert "MAX_CLIENTS'" in gateway.observed.wait_for(HandshakeRefused).reason


def test_who_is_gone_again_is_not_taken_for_a_proxy_on_a_unix_socket(make_gateway: MakeGateway) -> None:
    """What was read before a reset is judged after it, when the connection has no other end any more."""
    gateway = make_gateway(trusted_proxies=["unix"])
    with gateway.stopped(), RawClient(gateway.port) as client:
        client.send(request("/elsewhere", extra=[("X-Forwarded-For", "1.2.3.4")]))
        client.reset()
    assert gateway.observed.wait_for(HandshakeRefused).peer == "who is gone"


def test_who_leaves_makes_room(make_gateway: MakeGateway) -> None:
    gateway = make_gateway(max_clients=1)
    with gateway.open_raw():
        assert status(gateway, request("/ws/")) == 503
    wait_until(lambda: status(gateway, request("/ws/")) == 101)


def test_who_has_said_nothing_yet_is_counted(make_gateway: MakeGateway) -> None:
    with RawClient(make_gateway(max_clients=1).port) as silent, RawClient(silent.socket.getpeername()[1]) as second:
        second.send(request("/ws/"))
        assert second.status() == 503


def test_a_crowd_for_which_there_is_no_place_is_told_whether_it_speaks_or_not(
    make_gateway: MakeGateway, cleanup: ExitStack
) -> None:
    gateway = make_gateway(max_clients=0)
    silent = [cleanup.enter_context(RawClient(gateway.port)) for _ in range(WAITED_FOR + 10)]
    assert [client.status() for client in silent] == [503] * len(silent)
    assert all(client.is_ended() for client in silent)


def test_a_thousand_connections_of_one_address_do_not_keep_others_out(
    make_gateway: MakeGateway, cleanup: ExitStack
) -> None:
    """PITFALLS A10: behind a trusted proxy the forwarded address counts."""
    gateway = make_gateway(**BEHIND, max_clients_per_address=3)
    answers = [status(gateway, forwarded("192.0.2.7"), cleanup) for _ in range(5)]
    assert answers == [101, 101, 101, 429, 429]
    assert status(gateway, forwarded("192.0.2.7, 198.51.100.1"), cleanup) == 101
    refused = gateway.observed.wait_for(HandshakeRefused)
    assert (refused.peer, refused.status) == ("192.0.2.7", 429)
    assert "MAX_CLIENTS_PER_ADDRESS'" in refused.reason


def test_a_client_that_has_left_counts_no_more(make_gateway: MakeGateway) -> None:
    gateway = make_gateway(**BEHIND, max_clients_per_address=1)
    assert status(gateway, forwarded("192.0.2.7")) == 101
    wait_until(lambda: status(gateway, forwarded("192.0.2.7")) == 101)


def test_a_client_that_was_refused_otherwise_counts_no_more(make_gateway: MakeGateway) -> None:
    gateway = make_gateway(**BEHIND, max_clients_per_address=1)
    elsewhere = request("/elsewhere", extra=[("X-Forwarded-For", "192.0.2.7")])
    wait_until(lambda: status(gateway, elsewhere) == 404)
    wait_until(lambda: status(gateway, forwarded("192.0.2.7")) == 101)


def test_what_comes_from_this_machine_is_not_counted_by_address(make_gateway: MakeGateway, cleanup: ExitStack) -> None:
    """It may be a proxy that nobody named."""
    gateway = make_gateway(max_clients_per_address=1)
    assert [status(gateway, forwarded("192.0.2.7"), cleanup) for _ in range(3)] == [101] * 3


def test_a_proxy_that_nobody_named_is_told_once_with_the_remedy(make_gateway: MakeGateway) -> None:
    gateway = make_gateway()
    assert [status(gateway, forwarded("192.0.2.7", Origin="http://evil.test")) for _ in range(3)] == [403] * 3
    (told,) = gateway.observed.of(ProxyNotNamed)
    assert "'TRUSTED_PROXIES': ['127.0.0.1']" in str(told)


@pytest.mark.parametrize(
    ("origin", "expected"),
    [("https://site.example", 101), ("http://site.example", 403), ("http://127.0.0.1:8001", 403)],
)
def test_pages_of_the_forwarded_host_and_scheme_alone_may_connect(
    make_gateway: MakeGateway, origin: str, expected: int
) -> None:
    """PITFALLS A1."""
    said = forwarded("192.0.2.7", X_Forwarded_Host="site.example", X_Forwarded_Proto="https", Origin=origin)
    gateway = make_gateway(**BEHIND)
    assert status(gateway, said) == expected
    assert [refused.peer for refused in gateway.observed.of(HandshakeRefused)] == ["192.0.2.7"] * (expected == 403)


@pytest.mark.parametrize("address", ["nobody", "192.0.2.7, nobody"])
def test_what_a_trusted_proxy_says_wrongly_is_400(make_gateway: MakeGateway, address: str) -> None:
    assert status(make_gateway(**BEHIND), forwarded(address)) == 400


@pytest.mark.parametrize("is_named", [False, True], ids=["without a name", "with a path for a name"])
def test_a_proxy_on_a_unix_socket_is_trusted_by_that_name(tmp_path: Path, *, is_named: bool) -> None:
    observed, settings = Observed(), replace(load(), trusted_proxies=["unix", "10.0.0.1"])

    async def first_line() -> bytes:
        gateway = Gateway(settings, Feed(settings, observed, lambda: 0.0), observed)
        loop = asyncio.get_running_loop()
        server = await loop.create_unix_server(lambda: TcpClient(gateway), tmp_path / "gateway")
        with socket.socket(socket.AF_UNIX) as proxy:
            if is_named:
                proxy.bind(str(tmp_path / "proxy"))
            proxy.connect(str(tmp_path / "gateway"))
            reader, writer = await asyncio.open_unix_connection(sock=proxy)
            writer.write(request("/elsewhere", extra=[("X-Forwarded-For", "192.0.2.7")]))
            line = await asyncio.wait_for(reader.readline(), 15.0)
            writer.close()
        server.close()
        return line

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert b"404" in runner.run(first_line())
    assert observed.wait_for(HandshakeRefused).peer == "192.0.2.7"


@pytest.mark.parametrize(("limit", "clients"), [(1024, 896), (65_536, 61_312), (20_000, 17_500), (64, 1)])
def test_some_descriptors_are_kept_back(limit: int, clients: int) -> None:
    assert clients_within(limit) == clients
    assert limit < OURS or limit - clients >= OURS > WAITED_FOR
