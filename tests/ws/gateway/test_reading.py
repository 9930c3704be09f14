"""How much of a client is read, and when: nobody holds the others up, and what one says too fast is read later."""

import pytest
from websockets.frames import Opcode

from tests.ws.gateway.conftest import MakeGateway, RunningGateway
from tests.ws.gateway.raw_client import HEARTBEAT, frame_bytes
from ws.gateway.assembly import FRAGMENTS_AT_MOST
from ws.gateway.observations import ReadLater


def test_a_flood_of_pings_is_read_at_the_pace(make_gateway: MakeGateway) -> None:
    """A6. Each is answered when it is due, and the client is not closed."""
    gateway = make_gateway(max_messages_per_second=20)
    with gateway.open_raw() as client:
        client.text()
        client.send(frame_bytes(Opcode.PING, b"?") * 600)
        assert gateway.observed.wait_for(ReadLater).wait_seconds > 0
        assert [client.frame().opcode for _ in range(200)] == [Opcode.PONG] * 200


def test_a_flood_does_not_hold_another_client_up(make_gateway: MakeGateway) -> None:
    gateway = make_gateway(max_messages_per_second=1)
    with gateway.open_raw() as flooding, gateway.open_raw() as other:
        flooding.send(frame_bytes(Opcode.TEXT, b"!") * 2000)
        gateway.observed.wait_for(ReadLater)
        other.text()
        other.send_frame(Opcode.TEXT, b"hello")
        assert other.text() == HEARTBEAT


@pytest.mark.parametrize("part", [b"", b"a"], ids=["nothing in it", "a byte each"])
def test_a_message_in_endless_fragments_is_closed_with_1009(gateway: RunningGateway, part: bytes) -> None:
    """A4."""
    with gateway.open_raw() as client:
        client.send(frame_bytes(Opcode.TEXT, part, fin=False))
        client.send(frame_bytes(Opcode.CONT, part, fin=False) * FRAGMENTS_AT_MOST)
        assert client.close_frame().code == 1009


def test_a_message_of_many_fragments_is_taken(gateway: RunningGateway) -> None:
    with gateway.open_raw() as client:
        client.text()
        client.send(frame_bytes(Opcode.TEXT, b"a", fin=False))
        client.send(frame_bytes(Opcode.CONT, b"b", fin=False) * (FRAGMENTS_AT_MOST - 2) + frame_bytes(Opcode.CONT))
        assert client.text() == HEARTBEAT
