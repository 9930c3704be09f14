"""What one client has got, of what it should get. Pure: bytes come in, counts and answers go out.

A chunk that is just the next bytes of the stream costs one comparison, so that one process can count for thousands.
Everything else is read frame by frame: the answer to the handshake, heartbeats, pings, a Close, and what is not as it
should be.
"""

from stress.gateway.messages import CLOSE, HEARTBEAT, PING, PONG, TEXT, Stream, masked, number_in

ACCEPTED = b"HTTP/1.1 101 "
KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
PROOF = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
"""What answers that key (RFC 6455, section 1.3)."""
END_OF_HEAD = b"\r\n\r\n"
NOTHING = Stream(0, 0)


class Reception:
    """From the request on."""

    __slots__ = (
        "_carry",
        "_frames",
        "_is_clean",
        "_position",
        "_stream",
        "beats",
        "close_code",
        "is_open",
        "late",
        "refusal",
        "skipped",
        "strays",
        "to_say",
    )

    def __init__(self) -> None:
        self.is_open = False
        """The handshake is done."""
        self.refusal = b""
        """What was answered instead of 101."""
        self.beats = 0
        """Heartbeats."""
        self.strays = 0
        """Messages that came twice, out of order, or were never published."""
        self.late = 0
        """Messages of an earlier stream."""
        self.skipped = 0
        """Messages that did not come, though a later one did."""
        self.close_code: int | None = None
        self.to_say = b""
        """Pongs."""
        self._carry = bytearray()
        """The beginning of a frame, or of the answer to the handshake."""
        self._is_clean = False
        """Nothing is carried: what comes next is the stream's, from `_position` on, which may be within a frame."""
        self._stream = NOTHING
        self._frames = NOTHING.frames
        self._position = 0

    def expect(self, stream: Stream) -> None:
        """From here on; what was expected before has come, or does not count any more."""
        if self.is_open and self._is_clean:
            start = self._whole() * self._stream.frame_bytes
            self._carry += self._frames[start : self._position]
            self._is_clean = not self._carry
        self._stream = stream
        self._frames = stream.frames
        self._position = 0

    @property
    def place(self) -> int:
        """How far in the stream: the number of messages that have come whole, or were skipped."""
        return self._whole()

    def take(self, chunk: bytes) -> int:
        """How many messages are whole by this that were not before."""
        position = self._position
        if self._is_clean and self._frames.startswith(chunk, position):
            self._position = after = position + len(chunk)
            size = self._stream.frame_bytes
            return after // size - position // size
        return self._read(chunk)

    def _whole(self) -> int:
        return self._position // self._stream.frame_bytes

    def _read(self, chunk: bytes) -> int:
        if self._is_clean:
            start = self._whole() * self._stream.frame_bytes
            self._carry += self._frames[start : self._position]
            self._position = start
            self._is_clean = False
        self._carry += chunk
        if not self.is_open and not self._read_head():
            return 0
        new = 0
        while (end := _frame_end(self._carry)) is not None:
            frame = bytes(self._carry[:end])
            del self._carry[:end]
            new += self._take_frame(frame)
        if self._frames.startswith(self._carry, self._position):
            self._position += len(self._carry)
            self._carry.clear()
            self._is_clean = True
        return new

    def _read_head(self) -> bool:
        end = self._carry.find(END_OF_HEAD)
        if end < 0:
            return False
        head = bytes(self._carry[:end])
        del self._carry[: end + len(END_OF_HEAD)]
        self.is_open = head.startswith(ACCEPTED) and PROOF in head
        self.refusal = b"" if self.is_open else head
        return self.is_open

    def _take_frame(self, frame: bytes) -> int:
        if self._frames.startswith(frame, self._position):
            self._position += len(frame)
            return 1
        opcode, begin = frame[0] & 0x0F, _begin(frame)
        if opcode == TEXT and frame[begin:] != HEARTBEAT:
            return self._take_other(frame, frame[begin:])
        self.beats += opcode == TEXT
        if opcode == PING:
            self.to_say += masked(PONG, frame[begin:])
        if opcode == CLOSE:
            self.close_code = int.from_bytes(frame[begin : begin + 2])
        return 0

    def _take_other(self, frame: bytes, text: bytes) -> int:
        """A message that is not the next one."""
        number = number_in(text)
        if number is not None and number < self._stream.first:
            self.late += 1
            return 0
        start = -1 if number is None else (number - self._stream.first) * len(frame)
        if start < self._position or not self._frames.startswith(frame, start):
            self.strays += 1
            return 0
        self.skipped += (start - self._position) // len(frame)
        self._position = start + len(frame)
        return 1


def _begin(frame: bytes | bytearray) -> int:
    """Where a server's frame has its data."""
    return {126: 4, 127: 10}.get(frame[1], 2)


def _frame_end(data: bytearray) -> int | None:
    """Where the first frame ends; None while it is not there as a whole."""
    if len(data) < 2 or len(data) < (begin := _begin(data)):
        return None
    size = data[1] if begin == 2 else int.from_bytes(data[2:begin])
    return begin + size if len(data) >= begin + size else None
