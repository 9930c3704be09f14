"""Names in Redis: ws4redis's, where one name is PUBLISH channel and key of the kept last message; and ours."""

import re
from functools import lru_cache
from typing import NewType

Channel = NewType("Channel", str)

SHARED_NAMES = 1024
"""Of channels that many clients follow, who need not have a copy each."""

_SESSION = re.compile(r"\bsession:\S+:")


@lru_cache(SHARED_NAMES)
def broadcast_channel(prefix: str | None, facility: str) -> Channel:
    """`[<prefix>:]broadcast:<facility>`: what everybody may follow."""
    return Channel(f"{_opening(prefix)}broadcast:{facility}")


@lru_cache(SHARED_NAMES)
def group_channel(prefix: str | None, group: str, facility: str) -> Channel:
    """`[<prefix>:]group:<group>:<facility>`. A facility without a colon, so that no other name is the same."""
    return Channel(f"{_opening(prefix)}group:{group}:{facility}")


def user_channel(prefix: str | None, username: str, facility: str) -> Channel:
    """`[<prefix>:]user:<username>:<facility>`, of a facility without a colon."""
    return Channel(f"{_opening(prefix)}user:{username}:{facility}")


def session_channel(prefix: str | None, session_key: str, facility: str) -> Channel:
    """`[<prefix>:]session:<session key>:<facility>`, of a facility without a colon."""
    return Channel(f"{_opening(prefix)}session:{session_key}:{facility}")


def canary_channel(prefix: str | None) -> Channel:
    """Of the pipeline's own messages, that show that all is well; no client can name it."""
    return Channel(f"{_opening(prefix)}rowcast:canary")


def without_session_keys(text: str) -> str:
    """For a log: with the key of a session anybody is its user."""
    return _SESSION.sub("session:…:", text)


def stream_key(prefix: str | None, channel: Channel) -> str:
    """A stream of chunks (see `message`): id `<seq of the last message>-0`, fields `epoch` and `messages`."""
    return f"{_opening(prefix)}rowcast:stream:{channel}"


def head_key(prefix: str | None, channel: Channel) -> str:
    """A hash of the channel's newest message, `epoch` and `seq`, and of the log that it is from, `owner`."""
    return f"{_opening(prefix)}rowcast:head:{channel}"


def cursor_key(prefix: str | None, owner: str) -> str:
    """A hash of how far a log was published, `cursor` and `redis`: `<system identifier>.<database oid>.<log oid>`."""
    return f"{_opening(prefix)}rowcast:cursor:{owner}"


def passing_key(prefix: str | None, owner: str) -> str:
    """A sorted set, of the same log: channels that only a message names, by when they had the last one."""
    return f"{_opening(prefix)}rowcast:passing:{owner}"


def lease_key(prefix: str | None, owner: str) -> str:
    """The heartbeat of the listener that leads, of the same log."""
    return f"{_opening(prefix)}rowcast:lease:{owner}"


def ticket_key(prefix: str | None, nonce: str) -> str:
    """There while a used ticket must not be used again."""
    return f"{_opening(prefix)}rowcast:ticket:{nonce}"


def _opening(prefix: str | None) -> str:
    return f"{prefix}:" if prefix else ""
