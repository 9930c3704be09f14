"""What the gateway's reader makes of what a client says, in whatever pieces it comes. Pure, as that reader is.

As `TcpClient` does it: what came is read a turn at a time, and the reader is dropped where nothing is under way.
"""

from collections.abc import Iterable

from tests.fuzz.frames import CLOSE, PONG
from tests.fuzz.reference import NO_CODE, Outcome
from ws.gateway.frame_reader import FrameReader


class BrokenAnswerError(AssertionError):
    """What is sent is no frame of a server's."""


def read(pieces: Iterable[bytes], most: int) -> Outcome:
    """Of one connection, from its first frame."""
    outcome, reader = Outcome(), None
    for piece in pieces:
        reader = reader or FrameReader(most)
        reader.unread += piece
        while reader.unread and outcome.code is None:
            outcome.messages += reader.read()
            _take(b"".join(reader.to_send()), outcome, is_open=reader.is_open)
        if outcome.code is not None:
            break
        if reader.is_idle:
            reader = None
    return outcome


def _take(sent: bytes, outcome: Outcome, *, is_open: bool) -> None:
    """Short frames, pongs and at the end a Close."""
    while sent:
        opcode, size = sent[0] & 0xF, sent[1]
        payload, sent = sent[2 : 2 + size], sent[2 + size :]
        if opcode == PONG:
            outcome.pongs.append(payload)
        elif opcode == CLOSE and not sent:
            outcome.code = int.from_bytes(payload[:2]) if payload else NO_CODE
        else:
            raise BrokenAnswerError(f"opcode {opcode}, {payload!r}, and then {sent[:20]!r}")
    if is_open != (outcome.code is None):
        raise BrokenAnswerError(f"open: {is_open}, but the code is {outcome.code}")
