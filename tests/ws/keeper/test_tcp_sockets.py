"""The sockets that listen, on this machine's own network."""

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from ws.keeper.addresses import TcpAddress
from ws.keeper.listener import CannotListenError, Listener
from ws.keeper.tcp_sockets import IS_SPREAD_BY_THE_SYSTEM, listen

HERE = TcpAddress("127.0.0.1", 0)


@pytest.fixture
def cleanup() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def listening(cleanup: ExitStack, address: TcpAddress, places: int = 1) -> list[Listener]:
    listeners = listen(address, places)
    for listener in listeners:
        cleanup.callback(listener.close)
    return listeners


def port(listener: Listener) -> int:
    number: int = listener.of(0).getsockname()[1]
    return number


@pytest.mark.skipif(not IS_SPREAD_BY_THE_SYSTEM, reason="elsewhere all share one socket")
def test_clients_are_spread_over_the_places(cleanup: ExitStack) -> None:
    (listener,) = listening(cleanup, HERE, places=4)
    for _ in range(200):
        cleanup.enter_context(socket.create_connection(("127.0.0.1", port(listener))))
    waiting: Counter[int] = Counter()
    for place in range(4):
        listener.of(place).settimeout(0)
        while (connection := accepted(listener.of(place))) is not None:
            connection.close()
            waiting[place] += 1
    assert waiting.total() == 200
    assert min(waiting[place] for place in range(4)) >= 20


def accepted(listener: socket.socket) -> socket.socket | None:
    try:
        return listener.accept()[0]
    except BlockingIOError:
        return None


@pytest.mark.parametrize("places", [1, 2])
def test_two_gateways_do_not_share_an_address_unnoticed(cleanup: ExitStack, places: int) -> None:
    (first,) = listening(cleanup, HERE, places=2)
    with pytest.raises(
        CannotListenError, match=rf"cannot listen on 127\.0\.0\.1:{port(first)}: Address already in use"
    ):
        listen(TcpAddress("127.0.0.1", port(first)), places)


def test_a_name_of_several_addresses_has_one_port(cleanup: ExitStack) -> None:
    listeners = listening(cleanup, TcpAddress("", 0))
    assert len({port(listener) for listener in listeners}) == 1
    with socket.create_connection(("127.0.0.1", port(listeners[0]))):
        pass


def test_a_name_that_is_unknown_is_told() -> None:
    with pytest.raises(CannotListenError, match=r"no-such-host\.invalid:8001"):
        listen(TcpAddress("no-such-host.invalid", 8001), 1)
