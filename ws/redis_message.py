"""What can be published: text, bytes or JSON in, the bytes that travel out; and ws4redis's class for it."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from ws.settings import load
from ws.wire.message import seq_of


class RedisMessage(bytes):
    """Text as UTF-8, or bytes. `RedisMessage(…)` is None for the heartbeat, which is no message.

    Takes what redis-py's PubSub hands out too, as ws4redis's does: `[b"message", channel, message]`.
    """

    __slots__ = ()

    def __new__(cls, value: str | bytes | bytearray | list[Any]) -> "RedisMessage | None":  # type: ignore[misc] # as there
        if isinstance(value, list):
            return super().__new__(cls, value[2]) if value[:1] == [b"message"] else None
        message = value.encode() if isinstance(value, str) else value
        if not isinstance(message, bytes | bytearray):
            raise TypeError(f"The message is {value!r}; expected text or bytes.")
        return None if _is_heartbeat(message) else super().__new__(cls, message)


def written(message: object) -> bytes:
    """The message as it travels: text and bytes as they are, anything else as JSON without spaces.

    Raises TypeError or ValueError for what is no message.
    """
    if message is None:
        raise TypeError("The message is None; expected text, bytes, or something for JSON.")
    if isinstance(message, str):
        text = message.encode()
    elif isinstance(message, bytes | bytearray):
        text = bytes(message)
    else:
        separators = (",", ":")
        text = json.dumps(
            message, cls=DjangoJSONEncoder, separators=separators, ensure_ascii=False, allow_nan=False
        ).encode()
    if _is_heartbeat(text):
        raise ValueError(f"The message is {message!r}, which is the heartbeat: nobody would notice it.")
    refuse_number(text)
    return text


def refuse_number(message: bytes) -> None:
    """Raises ValueError for what the gateway would take for the pipeline's, not find in the stream, and drop."""
    if seq_of(message) is not None:
        raise ValueError(f'The message {message!r} ends with "seq", as the listener\'s do. Put another key last.')


def _is_heartbeat(message: bytes | bytearray) -> bool:
    heartbeat = load().heartbeat
    return heartbeat is not None and message == heartbeat.encode()
