"""The mark of a message of the pipeline, its seq, and how messages stand together in the stream.

A message is a JSON object of at least one key, without a raw newline; its seq is its last key.
"""

from collections.abc import Sequence

MESSAGES_PER_CHUNK = 500
"""As many at most stand in one entry of the stream."""

_MARK = b', "seq": '
_LONGEST = 20
"""Digits of the largest integer that Redis counts to, and one more."""


def numbered(messages: Sequence[bytes], first: int) -> list[bytes]:
    """The messages, each with its seq: `first`, `first` + 1, …"""
    return [b'%s, "seq": %d}' % (message[:-1], seq) for seq, message in enumerate(messages, first)]


def seq_of(message: bytes) -> int | None:
    """The number with which a message of the pipeline ends; None: it is not the pipeline's.

    Anybody can publish this: longer numbers than any seq are cut, so that what looks like the pipeline's still does.
    """
    if not message.endswith(b"}"):
        return None
    digits = message[message.rfind(_MARK) + len(_MARK) : -1] if _MARK in message else b""
    return int(digits[:_LONGEST]) if digits.isdigit() else None


def chunk(messages: Sequence[bytes]) -> bytes:
    """The field `messages` of one entry."""
    return b"\n".join(messages)


def split(chunked: bytes) -> list[bytes]:
    """The messages of one entry, in their order."""
    return chunked.split(b"\n")
