"""What is published, and the frames that it becomes."""

import json

from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side

from stress.gateway.messages import PONG, TEXT, Stream, frame, masked, message, number_in


def test_a_message_is_json_of_150_bytes_with_its_number() -> None:
    assert [len(message(number)) for number in (0, 10**6)] == [150, 150]
    assert json.loads(message(7))["uuid"] == f"{7:032x}"
    assert number_in(message(7)) == 7


def test_nothing_else_has_a_number() -> None:
    assert number_in(b"--heartbeat--") is None
    assert number_in(message(7).replace(b"updated", b"deleted")) is None


def test_a_frame_is_as_a_server_sends_it() -> None:
    assert frame(message(7)) == Frame(Opcode.TEXT, message(7)).serialize(mask=False)


def test_a_masked_frame_is_understood_by_a_server() -> None:
    server = Protocol(Side.SERVER)
    server.receive_data(masked(TEXT, b"hello") + masked(PONG, b"x" * 100))
    sent = [event.data for event in server.events_received() if isinstance(event, Frame)]
    assert sent == [b"hello", b"x" * 100]


def test_a_stream_is_its_messages_frames() -> None:
    stream = Stream(3, 2)
    assert stream.texts() == [message(3), message(4)]
    assert stream.frames == frame(message(3)) + frame(message(4))
    assert stream.frame_bytes == 154
