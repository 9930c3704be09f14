"""All messages that are published, as the frames in which they arrive: a client only compares bytes with it. Pure.

Messages begin with seq 2, for 1 announces the epoch. Every client hears the same frames in the same order, so that one
comparison of memory says of whatever one read brought that nothing is missing and nothing comes twice.
"""

from array import array
from bisect import bisect_right

from ws.wire.message import numbered

FIRST_SEQ = 2
_MADE_AT_ONCE = 1000


def message(seq: int) -> bytes:
    """As the pipeline words it."""
    return numbered([b'{"status": "updated", "model": "observation", "uuid": "%032x"}' % seq], seq)[0]


def text_frame(text: bytes) -> bytes:
    """From a server, of at most 125 bytes (RFC 6455, section 5.2)."""
    assert len(text) < 126
    return b"\x81%c%s" % (len(text), text)


class Tape:
    """Grows as it is read. A position is a number of bytes from its start."""

    def __init__(self) -> None:
        self._frames = bytearray()
        self._starts = array("Q")

    def agrees(self, position: int, data: bytes | memoryview) -> bool:
        """Whether this is what stands from there on; it may end within a frame."""
        end = position + len(data)
        while len(self._frames) < end:
            self._make()
        return self._frames.startswith(data, position)

    def agreement(self, position: int, data: memoryview) -> int:
        """How many of these bytes, from the first on, stand there."""
        least, most = (len(data),) * 2 if self.agrees(position, data) else (0, len(data) - 1)
        while least < most:
            middle = (least + most + 1) // 2
            if self.agrees(position, data[:middle]):
                least = middle
            else:
                most = middle - 1
        return least

    def start(self, seq: int) -> int:
        """Where its frame begins."""
        while len(self._starts) <= seq - FIRST_SEQ:
            self._make()
        return self._starts[seq - FIRST_SEQ]

    def seq_at(self, position: int) -> int:
        """Whose frame stands there, whole or in part."""
        while len(self._frames) <= position:
            self._make()
        return bisect_right(self._starts, position) - 1 + FIRST_SEQ

    def part(self, position: int) -> bytes:
        """What of its frame stands before it."""
        return bytes(self._frames[self.start(self.seq_at(position)) : position])

    def _make(self) -> None:
        first = len(self._starts) + FIRST_SEQ
        for seq in range(first, first + _MADE_AT_ONCE):
            self._starts.append(len(self._frames))
            self._frames += text_frame(message(seq))
