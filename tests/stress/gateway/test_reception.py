"""What one client has got, of what it should get."""

import pytest

from stress.gateway.messages import HEARTBEAT, PONG, Stream, frame, masked
from stress.gateway.reception import Reception

ANSWER = b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
STREAM = Stream(100, 4)
ONE, TWO, THREE, FOUR = (frame(text) for text in STREAM.texts())
BEAT = frame(HEARTBEAT)


@pytest.fixture
def reception() -> Reception:
    """Of a client that was let in."""
    made = Reception()
    made.take(ANSWER + BEAT)
    made.expect(STREAM)
    return made


def test_a_client_is_in_by_the_answer_to_its_key() -> None:
    reception = Reception()
    reception.take(ANSWER[:30])
    assert not reception.is_open
    reception.take(ANSWER[30:] + BEAT)
    assert (reception.is_open, reception.beats) == (True, 1)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 403 Forbidden\r\n\r\n", ANSWER.replace(b"s3p", b"s3q")])
def test_any_other_answer_is_a_refusal(answer: bytes) -> None:
    reception = Reception()
    reception.take(answer)
    assert not reception.is_open
    assert reception.refusal == answer.removesuffix(b"\r\n\r\n")


@pytest.mark.parametrize("size", [1, 7, 154, 1000])
def test_the_stream_may_come_in_pieces(reception: Reception, size: int) -> None:
    frames = STREAM.frames
    new = [reception.take(frames[start : start + size]) for start in range(0, len(frames), size)]
    assert (sum(new), reception.place, reception.strays) == (4, 4, 0)


@pytest.mark.parametrize("size", [1, 5, 100, 154, 171, 1000])
def test_heartbeats_may_stand_between_messages(reception: Reception, size: int) -> None:
    sent = BEAT + ONE + BEAT + BEAT + TWO + THREE + BEAT + FOUR + BEAT
    new = [reception.take(sent[start : start + size]) for start in range(0, len(sent), size)]
    assert (sum(new), reception.beats, reception.strays) == (4, 6, 0)


def test_messages_that_are_left_out_are_told(reception: Reception) -> None:
    assert reception.take(ONE + FOUR) == 2
    assert (reception.skipped, reception.strays, reception.place) == (2, 0, 4)


@pytest.mark.parametrize("sent", [ONE + ONE, TWO + ONE, frame(b"?" * 150), ONE + TWO[:-1] + b"?"])
def test_what_is_not_as_published_is_a_stray(reception: Reception, sent: bytes) -> None:
    reception.take(sent)
    assert reception.strays == 1


def test_what_comes_only_after_its_stream_is_late(reception: Reception) -> None:
    reception.expect(Stream(104, 1))
    assert reception.take(FOUR + frame(Stream(104, 1).texts()[0])) == 1
    assert (reception.late, reception.strays, reception.skipped) == (1, 0, 0)


def test_the_next_stream_may_begin_within_a_heartbeat(reception: Reception) -> None:
    reception.take(STREAM.frames + BEAT[:5])
    reception.expect(Stream(104, 1))
    assert reception.take(BEAT[5:] + frame(Stream(104, 1).texts()[0])) == 1
    assert reception.strays == 0


def test_a_ping_is_answered(reception: Reception) -> None:
    assert reception.take(ONE + b"\x89\x02hi" + TWO) == 2
    assert reception.to_say == masked(PONG, b"hi")


def test_a_close_is_noted(reception: Reception) -> None:
    reception.take(b"\x88\x02" + (1012).to_bytes(2))
    assert reception.close_code == 1012
