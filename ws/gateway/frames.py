"""Finished WebSocket frames, made once and written to many. Pure. Source: RFC 6455, section 5."""

from websockets.frames import Frame, Opcode


def message_frame(message: bytes) -> bytes:
    """A text frame where the message is UTF-8, as ws4redis's are; else a binary one."""
    try:
        message.decode()
    except UnicodeDecodeError:
        return Frame(Opcode.BINARY, message).serialize(mask=False)
    return Frame(Opcode.TEXT, message).serialize(mask=False)
