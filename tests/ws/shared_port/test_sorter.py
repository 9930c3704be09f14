"""Who gets a connection, by what it says first, and that nobody waits for the silent."""

import resource
import socket
from contextlib import ExitStack

import pytest

from tests.ws.gateway.requests import request
from tests.ws.shared_port.conftest import ARRIVAL_SECONDS, MakeDoor, RunningDoor

MANY = 2_000
PAGE = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def status(connection: socket.socket) -> bytes:
    """Of the answer."""
    return connection.recv(65_536).split(b" ")[1]


def all_of(connection: socket.socket, length: int) -> bytes:
    """So many bytes, unless the connection ends first."""
    connection.settimeout(ARRIVAL_SECONDS)
    return connection.recv(length, socket.MSG_WAITALL)


def test_a_page_is_the_sites_and_nothing_was_read_of_its_request(door: RunningDoor) -> None:
    with door.visitor() as visitor:
        visitor.sendall(PAGE)
        with door.arrival() as arrival:
            assert arrival.getblocking()
            assert all_of(arrival, len(PAGE)) == PAGE


def test_a_websocket_is_opened_by_the_gateway(door: RunningDoor) -> None:
    with door.visitor() as visitor:
        visitor.sendall(request("/ws/rodan?subscribe-broadcast"))
        assert status(visitor) == b"101"
    assert door.arrivals.empty()


@pytest.mark.parametrize("parts", [[b"G", b"ET", b" ", b"/", b"ws", b"/"], [b"GET /w", b"s/"]])
def test_a_request_line_in_pieces_reaches_the_gateway_whole(door: RunningDoor, parts: list[bytes]) -> None:
    whole = request("/ws/rodan?subscribe-broadcast")
    assert whole.startswith(b"".join(parts))
    with door.visitor() as visitor:
        for part in parts:
            visitor.sendall(part)
            with door.visitor() as other:  # answered, so that what came before was looked at
                other.sendall(request())
                assert status(other) == b"101"
        visitor.sendall(whole.removeprefix(b"".join(parts)))
        assert status(visitor) == b"101"


def test_a_request_line_in_pieces_reaches_the_site_as_any_other(door: RunningDoor) -> None:
    with door.visitor() as visitor, door.visitor() as other:
        visitor.sendall(b"GET /w")
        other.sendall(request())
        assert status(other) == b"101"
        visitor.sendall(b"here HTTP/1.1\r\n\r\n")
        with door.arrival() as arrival:
            assert arrival.getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT) == 1
            assert all_of(arrival, 23) == b"GET /where HTTP/1.1\r\n\r\n"


def test_who_stops_in_the_middle_of_the_line_is_the_sites(door: RunningDoor) -> None:
    with door.visitor() as visitor:
        visitor.sendall(b"GET /w")
        visitor.shutdown(socket.SHUT_WR)
        with door.arrival() as arrival:
            assert all_of(arrival, 100) == b"GET /w"


def test_who_leaves_without_a_word_is_nobodys(door: RunningDoor) -> None:
    with door.visitor() as visitor:
        visitor.shutdown(socket.SHUT_WR)
        assert visitor.recv(1) == b""
    assert door.arrivals.empty()


def test_a_silent_connection_holds_nobody_up_and_is_closed_in_the_end(make_door: MakeDoor) -> None:
    door = make_door(HANDSHAKE_SECONDS=3.0)
    with door.visitor() as silent, door.visitor() as visitor:
        visitor.sendall(PAGE)
        door.arrival().close()
        assert silent.recv(1) == b""


def test_two_thousand_at_once_are_all_let_in(door: RunningDoor) -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert limits[0] > 2 * MANY, "the thread raises the limit"
    with ExitStack() as cleanup:
        visitors = [cleanup.enter_context(door.visitor()) for _ in range(MANY)]
        for visitor in visitors:
            visitor.sendall(request())
        assert {status(visitor) for visitor in visitors} == {b"101"}
