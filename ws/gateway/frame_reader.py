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


class FrameReader:
    """Of one client, from the first byte of a frame until it is idle."""

    __slots__ = ("_assembly", "_bounds", "_parser", "_violation", "frames", "unread")

    def __init__(self, max_message_bytes: int) -> None:
        self._parser = Protocol(SERVER, state=OPEN, max_size=max_message_bytes)
        self._assembly = Assembly()
        self._bounds = FrameBounds()
        self._violation: str | None = None
        self.unread = b""
        self.frames = 0
        """How many ended in the last turn."""

    @property
    def is_idle(self) -> bool:
        """Another reader could go on in its place: no frame and no message is under way, and nothing was ended."""
        return not self.unread and self.is_open and self._bounds.is_between and self._assembly.is_empty

    @property
    def is_open(self) -> bool:
        """Neither side has said goodbye."""
        return self._parser.state is OPEN

    @property
    def violation(self) -> str | None:
        """How it broke the protocol, which ends the connection."""
        error = self._parser.parser_exc
        return self._violation if error is None or isinstance(error, EOFError) else str(error)

    def read(self) -> list[bytes]:
        """The messages that end in the next few of its bytes."""
        turn, self.unread = self.unread[:BYTES_PER_TURN], self.unread[BYTES_PER_TURN:]
        self._bounds.add(turn)
        self._parser.receive_data(turn)
        messages = list[bytes]()
        frames = self._parser.events_received()
        self.frames = len(frames)
        for frame in frames:
            assert isinstance(frame, Frame)
            try:
                message = self._assembly.add(frame)
            except UnicodeDecodeError:
                self._fail(CloseCode.INVALID_DATA, "a text is not UTF-8")
                break
            except TooManyFragmentsError as error:
                self._fail(CloseCode.MESSAGE_TOO_BIG, str(error))
                break
            if message is not None:
                messages.append(message)
        return messages

    def say_goodbye(self, close: Close) -> None:
        """Nothing that the client says after its own goodbye counts."""
        self._parser.send_close(close.code, close.reason)

    def to_send(self) -> list[bytes]:
        """Answers; empty bytes mean the end of the connection."""
        return self._parser.data_to_send()

    def _fail(self, code: CloseCode, why: str) -> None:
        self._violation = why
        self._parser.fail(code, why)
