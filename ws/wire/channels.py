"""Names in Redis: ws4redis's, where one name is both the PUBLISH channel and the key of the kept last message."""

from typing import NewType

Channel = NewType("Channel", str)


def broadcast_channel(prefix: str | None, facility: str) -> Channel:
    """`[<prefix>:]broadcast:<facility>`: what everybody may follow."""
    return Channel(f"{_opening(prefix)}broadcast:{facility}")


def _opening(prefix: str | None) -> str:
    return f"{prefix}:" if prefix else ""
