"""What a gateway may say."""

import pytest
from websockets.frames import Close, Frame, Opcode

from tests.fuzz.hearing import judge

IN = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
TEXT = Frame(Opcode.TEXT, b"said").serialize(mask=False)
GOODBYE = Frame(Opcode.CLOSE, Close(1002, "why").serialize()).serialize(mask=False)


def test_how_far_a_client_came() -> None:
    assert judge(b"") == judge(b"HTTP/1") == "no answer"
    assert judge(b"HTTP/1.1 404 Not Found\r\n\r\n") == "404"
    assert judge(IN + TEXT + TEXT[:3]) == "open"
    assert judge(IN + TEXT + GOODBYE) == "closed 1002"


@pytest.mark.parametrize(
    "heard",
    [
        b"HTTP/1.1 500 Internal Server Error\r\n\r\n",
        b"Traceback",
        IN + GOODBYE + TEXT,
        IN + Frame(Opcode.TEXT, b"\xff").serialize(mask=False),
        IN + Frame(Opcode.TEXT, b"masked").serialize(mask=True),
        IN + Frame(Opcode.TEXT, b"begun", fin=False).serialize(mask=False),
    ],
)
def test_what_no_client_may_hear(heard: bytes) -> None:
    with pytest.raises((AssertionError, UnicodeDecodeError)):
        judge(heard)
