"""What one client says: bytes in, whole messages out, and what the protocol itself answers. Pure.

`websockets` parses and judges the frames; what a Close is answered with waits in `to_send` until it is asked for.
"""

from websockets.frames import CloseCode, Frame
from websockets.protocol import OPEN, SERVER, Protocol

from ws.gateway.assembly import Assembly
from ws.wire.codes import Close

BYTES_PER_TURN = 4096
"""Some 700 frames of the smallest kind, which take about 5 ms (measured: 7.6 µs each)."""


class FrameReader:
    """Of one client, from when it first says something."""

    __slots__ = ("_assembly", "_parser", "_violation", "unread")

    def __init__(self, max_message_bytes: int) -> None:
        self._parser = Protocol(SERVER, state=OPEN, max_size=max_message_bytes)
        self._assembly = Assembly()
        self._violation: str | None = None
        self.unread = b""

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
        self._parser.receive_data(turn)
        messages = list[bytes]()
        for frame in self._parser.events_received():
            assert isinstance(frame, Frame)
            try:
                message = self._assembly.add(frame)
            except UnicodeDecodeError:
                self._violation = "a text is not UTF-8"
                self._parser.fail(CloseCode.INVALID_DATA, self._violation)
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
