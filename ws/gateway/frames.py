"""Finished WebSocket frames, made once and written to many. Pure. Source: RFC 6455, section 5.2."""

from collections.abc import Iterator
from functools import lru_cache
from struct import pack

from ws.wire.message import split

_FINAL = 0x80
_TEXT = _FINAL | 0x1
_BINARY = _FINAL | 0x2
_SIZES = 4096


def message_frame(message: bytes) -> bytes:
    """A text frame where the message is UTF-8, as ws4redis's are; else a binary one."""
    return _opening(_TEXT if _is_text(message) else _BINARY, len(message)) + message


def chunk_frames(chunked: bytes) -> bytes:
    """The frames of a chunk's messages, one after another."""
    messages = split(chunked)
    if not _is_text(chunked):
        return b"".join(map(message_frame, messages))
    return b"".join([part for message in messages for part in (_opening(_TEXT, len(message)), message)])


def messages_in(frames: bytes) -> Iterator[str | bytes]:
    """What stands in such frames: a text as such."""
    start = 0
    while start < len(frames):
        size, begin = frames[start + 1], start + 2
        if size > 125:
            length = 2 if size == 126 else 8
            size, begin = int.from_bytes(frames[begin : begin + length]), begin + length
        message = frames[begin : begin + size]
        yield message.decode() if frames[start] == _TEXT else message
        start = begin + size


def _is_text(message: bytes) -> bool:
    try:
        message.decode()
    except UnicodeDecodeError:
        return False
    return True


@lru_cache(_SIZES)
def _opening(first: int, size: int) -> bytes:
    """What stands before so many bytes."""
    if size < 126:
        return pack("!BB", first, size)
    if size < 2**16:
        return pack("!BBH", first, 126, size)
    return pack("!BBQ", first, 127, size)
