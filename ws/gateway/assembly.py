"""From a client's frames to its messages. Pure. Source: RFC 6455, sections 5.4 and 5.6."""

from websockets.frames import Frame, Opcode

FRAGMENTS_AT_MOST = 1024
"""Of one message. Its size is bounded too, but not by fragments in which nothing stands."""

_DATA = {Opcode.TEXT, Opcode.BINARY, Opcode.CONT}


class TooManyFragmentsError(ValueError):
    """A message comes in more parts than anybody needs."""


class Assembly:
    """The message that is under way, whose size the parser bounds."""

    __slots__ = ("_is_text", "_parts")

    fragments_at_most = FRAGMENTS_AT_MOST

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._is_text = False

    @property
    def is_empty(self) -> bool:
        """No message is under way."""
        return not self._parts

    def add(self, frame: Frame) -> bytes | None:
        """The message that this frame ends, if it does.

        Raises UnicodeDecodeError for a text that is not UTF-8, and TooManyFragmentsError.
        """
        if frame.opcode not in _DATA:
            return None
        if frame.opcode is not Opcode.CONT:
            self._is_text = frame.opcode is Opcode.TEXT
        self._parts.append(bytes(frame.data))
        if not frame.fin:
            if len(self._parts) >= self.fragments_at_most:
                raise TooManyFragmentsError(f"a message in more than {self.fragments_at_most} fragments")
            return None
        message = b"".join(self._parts)
        self._parts.clear()
        if self._is_text:
            message.decode()
        return message
