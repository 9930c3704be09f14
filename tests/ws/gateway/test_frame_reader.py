"""What a client says: messages out, a few bytes at a time, and what the protocol answers."""

from websockets.frames import Opcode

from tests.ws.gateway.raw_client import frame_bytes
from ws.gateway.frame_reader import BYTES_PER_TURN, FrameReader


def read_all(reader: FrameReader, data: bytes) -> list[list[bytes]]:
    """The messages of each turn."""
    reader.unread += data
    turns = []
    while reader.unread:
        turns.append(reader.read())
    return turns


def test_a_turn_reads_no_more_than_a_few_bytes() -> None:
    frame = frame_bytes(Opcode.TEXT, b"x")
    turns = read_all(FrameReader(100), frame * 2000)
    assert sum(map(len, turns)) == 2000
    assert max(map(len, turns)) <= BYTES_PER_TURN // len(frame) + 1


def test_messages_before_a_violation_count_and_none_after_it() -> None:
    reader = FrameReader(100)
    good, bad = frame_bytes(Opcode.TEXT, b"good"), frame_bytes(Opcode.TEXT, b"\xff")
    assert read_all(reader, good + bad + good) == [[b"good"]]
    assert reader.violation == "a text is not UTF-8"
    assert not reader.is_open
    assert b"\x03\xef" in b"".join(reader.to_send())  # 1007


def test_a_violation_counts_before_a_goodbye_that_comes_at_once() -> None:
    reader = FrameReader(100)
    said = frame_bytes(Opcode.TEXT, b"\xff") + frame_bytes(Opcode.PING) + frame_bytes(Opcode.CLOSE, b"\x03\xe8")
    assert read_all(reader, said) == [[]]
    assert b"\x03\xef" in reader.to_send()[0]  # 1007


def test_a_goodbye_is_answered_when_that_is_asked_for() -> None:
    reader = FrameReader(100)
    assert read_all(reader, frame_bytes(Opcode.TEXT, b"last") + frame_bytes(Opcode.CLOSE, b"\x03\xe8")) == [[b"last"]]
    assert (reader.is_open, reader.violation) == (False, None)
    assert reader.to_send()[-1] == b""


def test_a_reader_is_idle_between_messages_only() -> None:
    reader = FrameReader(100)
    assert reader.is_idle
    read_all(reader, frame_bytes(Opcode.TEXT, b"a", fin=False))
    assert not reader.is_idle
    read_all(reader, frame_bytes(Opcode.PING, b"in between"))
    assert not reader.is_idle
    read_all(reader, frame_bytes(Opcode.CONT, b"b"))
    assert reader.is_idle
    read_all(reader, frame_bytes(Opcode.CLOSE, b"\x03\xe8"))
    assert not reader.is_idle


def test_a_reader_counts_the_frames_of_its_last_turn() -> None:
    reader = FrameReader(100)
    read_all(reader, frame_bytes(Opcode.PING) * 3 + frame_bytes(Opcode.TEXT, b"a")[:-1])
    assert reader.frames == 3
