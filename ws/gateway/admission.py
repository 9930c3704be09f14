"""From who asks, and what was allowed, to channels. Pure.

Somebody who is not known has no channel of a user, a group or a session: the connection stays, and is told nothing.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ws.gateway.query import Wish
from ws.wire.channels import Channel, broadcast_channel, group_channel, session_channel, user_channel


@dataclass(frozen=True, slots=True)
class Standing:
    """What an admission rests on: a session that may end, and a user who may lose what they had."""

    session_key: str | None = None
    user: str | None = None
    """The primary key, as text."""


NO_STANDING = Standing()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, as far as is known."""

    username: str | None = None
    groups: tuple[str, ...] = ()
    session_key: str | None = None
    standing: Standing = NO_STANDING


NOBODY = Visitor()


@dataclass(frozen=True, slots=True)
class Admission:
    """What a client may do."""

    follows: tuple[Channel, ...] = ()
    publishes: tuple[Channel, ...] = ()
    wants_echo: bool = False
    standing: Standing = NO_STANDING


def admission(wish: Wish, words: Collection[str], visitor: Visitor, prefix: str | None) -> Admission:
    """Of somebody who may use these of the words."""
    follows = tuple(dict.fromkeys(_channels("subscribe", wish.facility, words, visitor, prefix)))
    publishes = tuple(dict.fromkeys(_channels("publish", wish.facility, words, visitor, prefix)))
    return Admission(follows, publishes, wish.wants_echo, visitor.standing)


def _channels(
    verb: str, facility: str, words: Collection[str], visitor: Visitor, prefix: str | None
) -> Iterator[Channel]:
    if f"{verb}-broadcast" in words:
        yield broadcast_channel(prefix, facility)
    if ":" in facility:  # its names could be another's: such a facility can only be broadcast
        return
    if f"{verb}-group" in words:
        for group in visitor.groups:
            yield group_channel(prefix, group, facility)
    if f"{verb}-user" in words and visitor.username is not None:
        yield user_channel(prefix, visitor.username, facility)
    if f"{verb}-session" in words and visitor.session_key is not None:
        yield session_channel(prefix, visitor.session_key, facility)
