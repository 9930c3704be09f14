"""Finished WebSocket frames, made once and written to many. Pure. Source: RFC 6455, section 5."""

from websockets.frames import Close as CloseData
from websockets.frames import Frame, Opcode

from ws.wire.codes import Close


def message_frame(message: bytes) -> bytes:
    """A text frame where the message is UTF-8, as ws4redis's are; else a binary one."""
    try:
        message.decode()
    except UnicodeDecodeError:
        return Frame(Opcode.BINARY, message).serialize(mask=False)
    return Frame(Opcode.TEXT, message).serialize(mask=False)


def close_frame(close: Close) -> bytes:
    """A close frame with this code and reason."""
    return Frame(Opcode.CLOSE, CloseData(close.code, close.reason).serialize()).serialize(mask=False)
