"""One connection, from its first byte to its last, as RFC 6455 and ws4redis have it."""

from contextlib import ExitStack

import pytest
import redis
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close as CloseData
from websockets.frames import Opcode

from tests.ws.gateway.conftest import MESSAGE_SECONDS, MakeGateway, RunningGateway
from tests.ws.gateway.raw_client import HEARTBEAT, RawClient, frame_bytes
from tests.ws.gateway.requests import request
from ws.gateway.observations import HandshakeRefused, HandshakeTimedOut, ProtocolViolated, SlowClientClosed


def test_a_handshake_may_come_byte_by_byte(gateway: RunningGateway) -> None:
    with RawClient(gateway.port) as client:
        for byte in request("/ws/"):
            client.send(bytes([byte]))
        assert client.status() == 101
        assert client.text() == HEARTBEAT


def test_frames_may_come_with_the_handshake(gateway: RunningGateway) -> None:
    with RawClient(gateway.port) as client:
        client.send(request("/ws/") + frame_bytes(Opcode.PING, b"early"))
        assert client.status() == 101
        assert client.text() == HEARTBEAT
        assert bytes(client.frame().data) == b"early"


def test_a_frame_may_come_byte_by_byte(gateway: RunningGateway) -> None:
    with gateway.open_raw() as client:
        client.text()
        for byte in frame_bytes(Opcode.PING, b"slowly"):
            client.send(bytes([byte]))
        assert bytes(client.frame().data) == b"slowly"


def test_a_ping_is_answered_by_its_pong(gateway: RunningGateway) -> None:
    with gateway.open_raw() as client:
        client.text()
        client.send_frame(Opcode.PING, b"are you there?")
        frame = client.frame()
        assert (frame.opcode, bytes(frame.data)) == (Opcode.PONG, b"are you there?")


@pytest.mark.parametrize("opcode", [Opcode.TEXT, Opcode.BINARY])
@pytest.mark.parametrize("said", [b"", b"hello", HEARTBEAT.encode()])
def test_a_heartbeat_answers_whatever_a_client_says(gateway: RunningGateway, opcode: Opcode, said: bytes) -> None:
    """Compatibility B1, B4, W3."""
    with gateway.open_raw() as client:
        client.text()
        client.send_frame(opcode, said)
        assert client.text() == HEARTBEAT


def test_a_message_in_fragments_is_answered_when_it_is_whole(gateway: RunningGateway) -> None:
    with gateway.open_raw() as client:
        client.text()
        client.send_frame(Opcode.TEXT, b"a", fin=False)
        client.send_frame(Opcode.PING)
        assert client.frame().opcode is Opcode.PONG
        client.send_frame(Opcode.CONT, b"b")
        assert client.text() == HEARTBEAT


def test_a_ping_between_fragments_that_come_at_once_is_answered_first(gateway: RunningGateway) -> None:
    with gateway.open_raw() as client:
        client.text()
        parts = [(Opcode.TEXT, False), (Opcode.PING, True), (Opcode.CONT, True)]
        client.send(b"".join(frame_bytes(opcode, b"x", fin=fin) for opcode, fin in parts))
        assert [client.frame().opcode for _ in range(2)] == [Opcode.PONG, Opcode.TEXT]


def test_a_flood_of_tiny_frames_is_read_over_many_turns_and_each_is_answered(make_gateway: MakeGateway) -> None:
    with make_gateway(max_messages_per_second=10_000).open_raw() as client:
        client.text()
        client.send(frame_bytes(Opcode.TEXT) * 5_000)
        assert [client.text() for _ in range(5_000)] == [HEARTBEAT] * 5_000


def test_a_message_of_several_turns_is_answered_once(gateway: RunningGateway) -> None:
    with gateway.open_raw() as client:
        client.text()
        client.send_frame(Opcode.TEXT, b"a" * 60_000)
        client.send_frame(Opcode.PING, b"after")
        assert sorted(client.frame().opcode for _ in range(2)) == [Opcode.TEXT, Opcode.PONG]


def test_an_unfinished_message_does_not_hold_delivery_up(
    gateway: RunningGateway, facility: str, publisher: redis.Redis
) -> None:
    """Compatibility F3."""
    with gateway.open_raw(facility, "subscribe-broadcast") as client:
        client.text()
        client.send_frame(Opcode.TEXT, b"begun", fin=False)
        publisher.publish(gateway.channel(facility), "delivered")
        assert client.text() == "delivered"


@pytest.mark.parametrize("close", [CloseData(1000, "bye"), CloseData(4000, "Größe"), CloseData(1001, "")])
def test_a_clients_code_and_reason_are_echoed(gateway: RunningGateway, close: CloseData) -> None:
    """Compatibility L12."""
    with gateway.open_raw() as client:
        client.send_frame(Opcode.CLOSE, close.serialize())
        assert client.close_frame() == close
        assert client.is_ended()


def test_a_close_without_a_code_is_answered(gateway: RunningGateway) -> None:
    with gateway.open_raw() as client:
        client.send_frame(Opcode.CLOSE)
        assert client.close_frame().code == 1005
        assert client.is_ended()


@pytest.mark.parametrize(
    "data",
    [
        frame_bytes(Opcode.TEXT, b"unmasked", mask=False),
        b"\xc1\x80abcd",
        b"\x83\x80abcd",
        b"\x09\x80abcd",
        b"\x89\xfe\x00\x7eabcd" + b"a" * 126,
        frame_bytes(Opcode.CONT, b"of nothing"),
        frame_bytes(Opcode.TEXT, b"a", fin=False) + frame_bytes(Opcode.TEXT, b"b"),
        frame_bytes(Opcode.CLOSE, b"\x03"),
        frame_bytes(Opcode.CLOSE, (1005).to_bytes(2)),
    ],
    ids=["unmasked", "RSV", "opcode", "fragmented ping", "long ping", "continuation", "two texts", "half code", "1005"],
)
def test_who_breaks_the_protocol_is_closed_with_1002(gateway: RunningGateway, data: bytes) -> None:
    """Compatibility F4, C1."""
    with gateway.open_raw() as client:
        client.send(data)
        assert client.close_frame().code == 1002
        assert client.is_ended()
    assert gateway.observed.wait_for(ProtocolViolated).error


def test_a_message_of_the_greatest_size_is_taken(make_gateway: MakeGateway) -> None:
    """Compatibility F2."""
    with make_gateway(max_message_bytes=1000).open_raw() as client:
        client.text()
        client.send_frame(Opcode.BINARY, b"a" * 1000)
        assert client.text() == HEARTBEAT


@pytest.mark.parametrize(
    "data",
    [
        frame_bytes(Opcode.TEXT, b"a" * 1001),
        frame_bytes(Opcode.TEXT, b"a" * 600, fin=False) + frame_bytes(Opcode.CONT, b"a" * 401),
        b"\x82\xff" + (1 << 40).to_bytes(8) + b"abcd",
    ],
    ids=["one frame", "fragments", "announced 1 TiB"],
)
def test_a_message_over_the_limit_is_closed_with_1009(make_gateway: MakeGateway, data: bytes) -> None:
    """Compatibility F2, C3."""
    gateway = make_gateway(max_message_bytes=1000)
    with gateway.open_raw() as client:
        client.send(data)
        assert client.close_frame().code == 1009
        assert client.is_ended()
    gateway.observed.wait_for(ProtocolViolated)


def test_a_refused_request_is_answered_and_closed_and_observed(gateway: RunningGateway) -> None:
    with RawClient(gateway.port) as client:
        client.send(request("/elsewhere") + frame_bytes(Opcode.PING) * 100)
        assert client.status() == 404
        assert client.is_ended()
    assert gateway.observed.wait_for(HandshakeRefused).status == 404


def test_a_refusal_does_not_wait_for_the_end_of_a_head_without_end(gateway: RunningGateway) -> None:
    with RawClient(gateway.port) as client:
        client.send(request("/ws/").removesuffix(b"\r\n") + b"X-Long: " + b"a" * 9 * 1024)
        assert client.status() == 431
        assert client.is_ended()


@pytest.mark.parametrize("data", [b"", b"GET /ws/ HTTP/1.1\r\nHost: a\r\n"], ids=["silent", "unfinished"])
def test_a_handshake_that_is_never_finished_is_closed(make_gateway: MakeGateway, data: bytes) -> None:
    gateway = make_gateway(handshake_seconds=0.2)
    with RawClient(gateway.port) as client:
        client.send(data)
        assert client.is_ended()
    assert gateway.observed.wait_for(HandshakeTimedOut).peer.startswith("127.0.0.1:")


def test_a_finished_handshake_is_never_timed_out(make_gateway: MakeGateway) -> None:
    gateway = make_gateway(handshake_seconds=0.2)
    with ExitStack() as cleanup:
        with gateway.stopped():  # the request is there when its connection is let in
            client = cleanup.enter_context(RawClient(gateway.port))
            client.send(request("/ws/"))
        assert client.status() == 101
        client.text()
        assert cleanup.enter_context(RawClient(gateway.port)).is_ended()
        client.send_frame(Opcode.PING)
        assert client.frame().opcode is Opcode.PONG


def test_a_client_that_vanishes_in_mid_frame_does_no_harm(gateway: RunningGateway, facility: str) -> None:
    with gateway.open_raw(facility, "subscribe-broadcast") as client:
        client.send(frame_bytes(Opcode.TEXT, b"half")[:-2])
    with gateway.follow(facility) as other:
        other.send("hello")
        assert other.recv(MESSAGE_SECONDS) == HEARTBEAT


def test_a_client_that_never_reads_is_closed_while_another_goes_on(
    make_gateway: MakeGateway, facility: str, publisher: redis.Redis
) -> None:
    gateway = make_gateway(max_unsent_bytes=1_000_000)
    message = b"a" * 50_000
    with gateway.open_raw(facility, "subscribe-broadcast", receive_buffer=4096), gateway.follow(facility) as reader:
        for _ in range(400):
            publisher.publish(gateway.channel(facility), message)
            assert reader.recv(MESSAGE_SECONDS, decode=False) == message
            if gateway.observed.of(SlowClientClosed):
                break
        assert gateway.observed.wait_for(SlowClientClosed).unsent_bytes > 1_000_000
        publisher.publish(gateway.channel(facility), "still here")
        assert reader.recv(MESSAGE_SECONDS) == "still here"


def test_a_slow_client_reads_what_was_under_way_and_then_why_it_was_closed(
    make_gateway: MakeGateway, facility: str, publisher: redis.Redis
) -> None:
    """Compatibility C8."""
    gateway = make_gateway(max_unsent_bytes=100_000)
    with gateway.open_raw(facility, "subscribe-broadcast", receive_buffer=4096) as client:
        client.text()
        while not gateway.observed.of(SlowClientClosed):
            publisher.publish(gateway.channel(facility), b"a" * 50_000)
        assert client.close_frame() == CloseData(4408, "too slow: reconnect and refetch")


def test_without_a_heartbeat_text_nothing_is_sent_unasked(make_gateway: MakeGateway) -> None:
    """Compatibility S7."""
    with make_gateway(heartbeat=None).open_raw() as client:
        client.send_frame(Opcode.TEXT, b"hello")
        client.send_frame(Opcode.PING)
        assert client.frame().opcode is Opcode.PONG


def test_a_browser_that_closes_sees_its_own_code_again(gateway: RunningGateway, facility: str) -> None:
    """Compatibility L12."""
    with gateway.follow(facility) as client:
        client.close(4001, "enough")
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(MESSAGE_SECONDS)
        assert closed.value.rcvd == CloseData(4001, "enough")
