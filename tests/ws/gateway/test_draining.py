"""The end of a gateway's clients, over real connections."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import redis
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.ws.gateway.conftest import MESSAGE_SECONDS, MakeGateway, RunningGateway
from tests.ws.gateway.raw_client import RawClient, is_closed
from tests.ws.gateway.requests import request
from tests.ws.observed import wait_until
from ws.gateway.observations import Stopped


@contextmanager
def stopping(gateway: RunningGateway) -> Iterator[None]:
    """Entered when it has begun, left when it is over."""
    thread = Thread(target=gateway.stop)
    thread.start()
    wait_until(lambda: is_closed(gateway.port))
    yield
    thread.join()


def heard_to_the_end(client: ClientConnection) -> list[str | bytes]:
    heard = []
    try:
        while True:
            heard.append(client.recv(MESSAGE_SECONDS))
    except ConnectionClosed:
        return heard


def test_who_is_in_the_middle_of_its_handshake_is_let_in_and_told(make_gateway: MakeGateway) -> None:
    gateway, head = make_gateway(), request()
    with RawClient(gateway.port) as client:
        client.send(head[:20])
        with stopping(gateway):
            client.send(head[20:])
            assert client.status() == 101
            assert client.close_frame().code == 1012
            client.socket.close()
    assert gateway.observed.of(Stopped) == [Stopped(1)]


def test_who_is_not_told_yet_gets_its_messages(
    make_gateway: MakeGateway, facility: str, publisher: redis.Redis
) -> None:
    gateway = make_gateway(drain_seconds=6.0)
    with gateway.follow(facility) as one, gateway.follow(facility) as other, stopping(gateway):
        publisher.publish(gateway.channel(facility), "late news")
        assert "late news" in heard_to_the_end(one) + heard_to_the_end(other)
        assert (one.close_code, other.close_code) == (1012, 1012)
    assert gateway.observed.of(Stopped) == [Stopped(2)]
