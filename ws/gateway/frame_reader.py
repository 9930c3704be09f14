"""What one client says: bytes in, whole messages out, and what the protocol itself answers. Pure.

`websockets` parses and judges the frames; what a Close is answered with waits in `to_send` until it is asked for.
"""

from websockets.frames import CloseCode, Frame
from websockets.protocol import OPEN, SERVER, Protocol

from ws.gateway.assembly import Assembly, TooManyFragmentsError
from ws.gateway.frame_bounds import FrameBounds
from ws.wire.codes import Close

BYTES_PER_TURN = 3072
"""Some 500 frames of the smallest kind, which take about 4 ms (measured: 8.3 µs each)."""


class _Parser(Protocol):
    """Takes a frame's message at once, so that what is wrong first is what counts, in whatever pieces bytes come."""

    def __init__(self, max_message_bytes: int) -> None:
        super().__init__(SERVER, state=OPEN, max_size=max_message_bytes)
        self.assembly = Assembly()
        self.messages: list[bytes] = []
        self.violation: str | None = None

    def recv_frame(self, frame: Frame) -> None:
        super().recv_frame(frame)
        try:
            message = self.assembly.add(frame)
        except UnicodeDecodeError:
            self._end(CloseCode.INVALID_DATA, "a text is not UTF-8")
        except TooManyFragmentsError as error:
            self._end(CloseCode.MESSAGE_TOO_BIG, str(error))
        else:
            if message is not None:
                self.messages.append(message)

    def _end(self, code: CloseCode, why: str) -> None:
        self.violation = why
        self.fail(code, why)


class FrameReader:
    """Of one client, from the first byte of a frame until it is idle."""

    __slots__ = ("_bounds", "_parser", "frames", "unread")

    def __init__(self, max_message_bytes: int) -> None:
        self._parser = _Parser(max_message_bytes)
        self._bounds = FrameBounds()
        self.unread = b""
        self.frames = 0
        """How many ended in the last turn."""

    @property
    def is_idle(self) -> bool:
        """Another reader could go on in its place: no frame and no message is under way, and nothing was ended."""
        return not self.unread and self.is_open and self._bounds.is_between and self._parser.assembly.is_empty

    @property
    def is_open(self) -> bool:
        """Neither side has said goodbye."""
        return self._parser.state is OPEN

    @property
    def violation(self) -> str | None:
        """How it broke the protocol, which ends the connection."""
        error = self._parser.parser_exc
        return self._parser.violation if error is None or isinstance(error, EOFError) else str(error)

    def read(self) -> list[bytes]:
        """The messages that end in the next few of its bytes."""
        turn, self.unread = self.unread[:BYTES_PER_TURN], self.unread[BYTES_PER_TURN:]
        self._bounds.add(turn)
        self._parser.receive_data(turn)
        self.frames = len(self._parser.events_received())
        messages, self._parser.messages = self._parser.messages, []
        return messages

    def say_goodbye(self, close: Close) -> None:
        """Nothing that the client says after its own goodbye counts."""
        self._parser.send_close(close.code, close.reason)

    def to_send(self) -> list[bytes]:
        """Answers; empty bytes mean the end of the connection."""
        return self._parser.data_to_send()
