"""Clients that vanished without a word: a ping asks whether they are there, which no proxy answers for them."""

from websockets.frames import Opcode

from tests.ws.gateway.conftest import MakeGateway, RunningGateway
from tests.ws.gateway.raw_client import HEARTBEAT, RawClient
from ws.gateway import tcp_client
from ws.gateway.observations import DeadClientEnded


def next_ping(client: RawClient) -> bytes:
    """Past heartbeats."""
    while (frame := client.frame()).opcode is not Opcode.PING:
        assert bytes(frame.data).decode() == HEARTBEAT
    return bytes(frame.data)


def test_who_answers_no_ping_is_ended(make_gateway: MakeGateway, facility: str) -> None:
    """Compatibility B6."""
    gateway = make_gateway(ping_seconds=0.1)
    with gateway.open_raw(facility, "subscribe-broadcast") as dead:
        next_ping(dead)
        assert dead.is_ended()
    assert gateway.observed.wait_for(DeadClientEnded).silent_seconds >= 0.1 + tcp_client.PONG_SECONDS


def test_who_answers_stays_and_a_browser_does_so_by_itself(make_gateway: MakeGateway, facility: str) -> None:
    """RFC 6455, section 5.5.2: without a word of the page."""
    gateway = make_gateway(ping_seconds=0.1)
    with gateway.follow(facility) as browser, gateway.open_raw() as alive, gateway.open_raw() as dead:
        while not gateway.observed.of(DeadClientEnded):
            alive.send_frame(Opcode.PONG, next_ping(alive))
        assert dead.is_ended()
        alive.send_frame(Opcode.TEXT)
        browser.send("hello")
        assert browser.recv() == HEARTBEAT
        assert len(gateway.observed.of(DeadClientEnded)) == 1


def test_without_ping_seconds_nobody_is_asked(make_gateway: MakeGateway) -> None:
    with make_gateway(ping_seconds=None).open_raw() as client:
        assert [client.text() for _ in range(3)] == [HEARTBEAT] * 3


def test_who_is_told_goodbye_is_not_asked(gateway: RunningGateway) -> None:
    with gateway.open_raw() as client:
        client.text()
        client.send_frame(Opcode.CLOSE)
        assert client.close_frame().code == 1005
