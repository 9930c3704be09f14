"""Frames made once are what a client's parser reads back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import CLIENT, OPEN, Protocol

from ws.gateway.frames import chunk_frames, message_frame, messages_in


def read(data: bytes) -> list[Frame]:
    """What a client reads in these bytes."""
    parser = Protocol(CLIENT, state=OPEN, max_size=None)
    parser.receive_data(data)
    assert parser.parser_exc is None
    return [event for event in parser.events_received() if isinstance(event, Frame)]


@pytest.mark.parametrize("message", ["", "--heartbeat--", '{"status": "created"}', "Größe €", "\0"])
def test_utf_8_goes_out_as_text(message: str) -> None:
    assert read(message_frame(message.encode())) == [Frame(Opcode.TEXT, message.encode())]


@pytest.mark.parametrize("message", [b"\xff", b"\x80abc", "é".encode()[:1], b"\xed\xa0\x80"])
def test_binary_stays_binary(message: bytes) -> None:
    assert read(message_frame(message)) == [Frame(Opcode.BINARY, message)]


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536, 1_000_000])
def test_any_size_is_one_whole_frame(size: int) -> None:
    assert read(message_frame(b"a" * size)) == [Frame(Opcode.TEXT, b"a" * size, fin=True)]


@pytest.mark.parametrize("message", [b"text", b"\xff"])
def test_an_opening_is_that_of_the_library(message: bytes) -> None:
    opcode = Opcode.BINARY if b"\xff" in message else Opcode.TEXT
    for times in (0, 1, 125, 126, 127, 16_383, 16_384, 65_536):
        body = message * times
        expected = Frame(opcode if times else Opcode.TEXT, body).serialize(mask=False)
        assert message_frame(body) == expected


@given(st.lists(st.binary(max_size=200).map(lambda message: message.replace(b"\n", b"")), min_size=1))
def test_a_chunks_frames_are_those_of_its_messages(messages: list[bytes]) -> None:
    assert chunk_frames(b"\n".join(messages)) == b"".join(map(message_frame, messages))


@given(st.lists(st.binary(max_size=200)))
def test_a_batch_is_its_messages_one_after_another(messages: list[bytes]) -> None:
    assert [bytes(frame.data) for frame in read(b"".join(map(message_frame, messages)))] == messages


@given(st.lists(st.one_of(st.text(), st.binary(), st.sampled_from([125, 126, 65_535, 65_536]).map(lambda n: "a" * n))))
def test_what_stands_in_frames_is_found_again(messages: list[str | bytes]) -> None:
    """A binary message that is UTF-8 is a text, as ws4redis's are."""
    written = [message.encode() if isinstance(message, str) else message for message in messages]
    found = [it.encode() if isinstance(it, str) else it for it in messages_in(b"".join(map(message_frame, written)))]
    assert found == written
