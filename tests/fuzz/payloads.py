"""What stands in frames: texts, what only looks like one, and sizes at which lengths change their form. Pure."""

from collections.abc import Callable
from random import Random

from tests.ws.gateway.raw_client import HEARTBEAT

TEXTS = (
    "",
    "x",
    HEARTBEAT,
    "Grüße 🔭",
    '{"status": "updated", "seq": 3}',
    '{"a": 1, "seq": 99999999999999999999999}',
    "\0\n",
)
NO_TEXTS = (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"ok\xe2\x82", b"\x80", b"\xf0\x9f\x92")
CONTROL_BYTES_AT_MOST = 125


def sizes(most: int) -> tuple[int, ...]:
    """Around the borders of the three forms of a length, and of what is allowed."""
    return (0, 1, 2, 3, 124, 125, 126, 127, 128, 1000, 3071, 3072, 65_535, 65_536, most - 1, most, most + 1)


def text(chance: Random, most: int) -> bytes:
    """UTF-8, mostly short."""
    if chance.random() < 0.8:
        return "".join(chance.choices(TEXTS, k=chance.randrange(4))).encode()
    size = chance.choice(sizes(most))
    return ("é" * (size // 2)).encode() + b"." * (size % 2)


def no_text(chance: Random, most: int) -> bytes:
    """Not UTF-8, by its first bytes, its last or some between."""
    before, after = text(chance, most // 2), text(chance, most // 4)
    return before + chance.choice(NO_TEXTS) + (b"" if chance.random() < 0.5 else b" " + after)


def anything(chance: Random, most: int) -> bytes:
    """For a binary message."""
    return chance.randbytes(chance.randrange(20) if chance.random() < 0.8 else chance.choice(sizes(most)))


def message(chance: Random, most: int) -> tuple[bool, bytes]:
    """Whether it calls itself a text, and what it is."""
    is_text = chance.random() < 0.7
    kinds: tuple[Callable[[Random, int], bytes], ...] = (text, text, text, text, no_text) if is_text else (anything,)
    return is_text, chance.choice(kinds)(chance, most)


def control(chance: Random) -> bytes:
    """Of a ping or a pong."""
    return chance.randbytes(chance.choice((0, 1, 4, CONTROL_BYTES_AT_MOST)))


def goodbye(chance: Random) -> bytes:
    """A close frame's code and reason: good ones, reserved ones, and what is neither."""
    code = chance.choice((0, 999, 1000, 1001, 1003, 1004, 1005, 1006, 1011, 1012, 1015, 1016, 2999, 3000, 4999, 5000))
    reason = chance.choice((b"", b"bye", "Größe".encode(), b"\xff", b"x" * 123, b"x" * 124))
    kinds = (b"", b"\x03", code.to_bytes(2) + reason, (1000).to_bytes(2) + reason, code.to_bytes(2))
    return chance.choice(kinds)
