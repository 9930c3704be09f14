"""What is published, and the bytes that must come of it at each client. Pure. Source: RFC 6455, section 5.2.

Every message has its number in it and the same length as all others, so that a client's place in the stream is a
number of bytes, and what it was sent is compared with what it should have been a chunk at a time.
"""

from dataclasses import dataclass, field

FACILITY = "bench"
HEARTBEAT = b"--heartbeat--"
MESSAGE = (
    b'{"status": "updated", "model": "observation", "uuid": "%032x",'
    b' "project": "7f3f8f3e9a524d0b9d3c0f2a6b1d5c11", "at": 0.5625}'
)
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
_NUMBER_AT = MESSAGE.index(b"%032x")
_MASK = b"\x37\xfa\x21\x3d"


def message(number: int) -> bytes:
    """150 bytes of JSON."""
    return MESSAGE % number


def number_in(text: bytes) -> int | None:
    """Of a message's text; None for any other."""
    try:
        number = int(text[_NUMBER_AT : _NUMBER_AT + 32], 16)
    except ValueError:
        return None
    return number if text == message(number) else None


def frame(text: bytes) -> bytes:
    """As a server sends it: whole and without a mask."""
    return bytes([0x80 | TEXT]) + _length(len(text)) + text


def masked(opcode: int, data: bytes) -> bytes:
    """A frame as a client sends it, of less than 64 KiB."""
    size = _length(len(data))
    mask = (_MASK * (len(data) // 4 + 1))[: len(data)]
    hidden = int.from_bytes(data) ^ int.from_bytes(mask)
    return bytes([0x80 | opcode, 0x80 | size[0]]) + size[1:] + _MASK + hidden.to_bytes(len(data))


@dataclass(frozen=True, slots=True)
class Stream:
    """So many messages, the first of which has this number."""

    first: int
    count: int
    frames: bytes = field(init=False, repr=False)
    frame_bytes: int = field(init=False)

    def __post_init__(self) -> None:
        frames = [frame(text) for text in self.texts()]
        object.__setattr__(self, "frames", b"".join(frames))
        object.__setattr__(self, "frame_bytes", len(frames[0]) if frames else 1)

    def texts(self) -> list[bytes]:
        """To be published in this order."""
        return [message(number) for number in range(self.first, self.first + self.count)]


def _length(size: int) -> bytes:
    return bytes([size]) if size < 126 else bytes([126]) + size.to_bytes(2)
