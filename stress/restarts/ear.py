"""What one connection brings: bytes come in, and what is wrong with them comes out. Pure.

First comes the newest message, then a heartbeat, then everything newer, without a gap; a Close ends it, and Pings may
stand anywhere.
"""

from stress.restarts.tape import Tape, text_frame
from ws.wire.message import seq_of

HEARTBEAT = text_frame(b"--heartbeat--")
CLOSE = 0x88
PING = 0x89


class Ear:
    """Of one connection, from its 101 on."""

    __slots__ = ("_first", "_position", "_tape", "_unread", "close_code", "fault", "is_greeted", "pings")

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._unread = b""
        self._first: int | None = None
        self._position = 0
        self.is_greeted = False
        self.close_code: int | None = None
        self.fault: str | None = None
        self.pings: list[bytes] = []
        """What is to be answered by a Pong with the same."""

    @property
    def is_served(self) -> bool:
        """It was greeted, and has heard something newer than what it was given first."""
        return self.is_greeted and self.heard > 0

    @property
    def first(self) -> int | None:
        """The seq of what it was given first."""
        return self._first

    @property
    def last(self) -> int | None:
        """Up to which seq it has heard all."""
        return None if self._first is None else self._tape.seq_at(self._position) - 1

    @property
    def heard(self) -> int:
        """Messages after the first."""
        return 0 if self.last is None or self._first is None else self.last - self._first

    def hear(self, data: bytes) -> None:
        """Almost always it is what stands on the tape."""
        if self._first is not None and not self._unread and self._tape.agrees(self._position, data):
            self._position += len(data)
            return
        self._read(data)

    def _read(self, data: bytes) -> None:
        """What is on the tape at once, and frame by frame what stands between: who is behind has much to read."""
        if self._first is not None and not self._unread:
            begun = self._tape.part(self._position)
            self._position -= len(begun)
            data = begun + data
        unread, at = memoryview(self._unread + data), 0
        while self.fault is None:
            at += self._go_on(unread[at:])
            if len(unread) < at + 2 or len(unread) < at + 2 + unread[at + 1]:
                break
            end = at + 2 + unread[at + 1]
            self._take(bytes(unread[at:end]))
            at = end
        self._unread = bytes(unread[at:])

    def _go_on(self, data: memoryview) -> int:
        """How many bytes are the tape's: all, or whole frames."""
        if self._first is None:
            return 0
        length = self._tape.agreement(self._position, data)
        if length < len(data):
            length -= len(self._tape.part(self._position + length))
        self._position += length
        return length

    def _take(self, frame: bytes) -> None:
        if frame == HEARTBEAT:
            self.is_greeted = True
        elif frame[0] == CLOSE:
            self.close_code = int.from_bytes(frame[2:4], "big")
        elif frame[0] == PING:
            self.pings.append(frame[2:])
        elif (seq := seq_of(frame[2:])) is None:
            self.fault = f"heard {frame!r}"
        elif self._first is None:
            self._first, self._position = seq, self._tape.start(seq + 1)
        elif self._tape.agrees(self._position, frame):
            self._position += len(frame)
        else:
            self.fault = f"seq {seq} follows {self.last}"
