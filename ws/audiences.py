"""Whom a message is for, in the words of ws4redis's publisher: broadcast, groups, users, sessions; channels come out.

Promise: nobody is meant whom the words do not name. Anonymous visitors, None and empty names have no channel.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, Protocol, TypedDict

from django.http import HttpRequest

from ws.wire.channels import Channel, broadcast_channel, group_channel, session_channel, user_channel

MEMBER_OF = "ws4redis:memberof"
"""Where ws4redis keeps the names of a user's groups in the session, from the login on."""

AudienceName = Literal["any", "session", "user", "group", "broadcast"]
AUDIENCE_NAMES: tuple[AudienceName, ...] = ("any", "session", "user", "group", "broadcast")


class Oneself:
    """The type of SELF."""

    def __repr__(self) -> str:
        return "SELF"


SELF: Final = Oneself()
"""The request's own user, groups or session."""


class User(Protocol):
    """A user object of any model."""

    def get_username(self) -> str: ...


class Group(Protocol):
    """A group object of Django's, or one like it."""

    name: str


class AudienceWords(TypedDict, total=False):
    """Keyword arguments that say who is meant; True for a list of names is ws4redis's old way to write `[SELF]`."""

    broadcast: bool
    groups: Iterable[str | Group | Oneself | None] | bool
    users: Iterable[str | User | Oneself | None] | bool
    sessions: Iterable[str | Oneself | None] | bool


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is meant; made by `audience_of`."""

    broadcast: bool
    groups: tuple[object, ...]
    users: tuple[object, ...]
    sessions: tuple[object, ...]

    def channels(self, prefix: str | None, facility: str, request: HttpRequest | None) -> list[Channel]:
        """Each once. Raises ValueError where a channel's name would be ambiguous, or SELF has no request."""
        if self.groups or self.users or self.sessions:
            _refuse_colon(facility)
        found = [broadcast_channel(prefix, facility)] if self.broadcast else []
        found += [group_channel(prefix, name, facility) for name in _names(self.groups, _group, own_groups, request)]
        found += [user_channel(prefix, name, facility) for name in _names(self.users, _user, own_users, request)]
        found += [session_channel(prefix, key, facility) for key in _names(self.sessions, _key, own_sessions, request)]
        return list(dict.fromkeys(found))


def audience_of(
    *,
    broadcast: bool = False,
    groups: Iterable[object] | bool = (),
    users: Iterable[object] | bool = (),
    sessions: Iterable[object] | bool = (),
) -> Audience:
    """Who is meant by these words. Raises TypeError for what they cannot mean."""
    if not isinstance(broadcast, bool):
        raise TypeError(f"broadcast is {broadcast!r}; expected True or False.")
    return Audience(broadcast, _members("groups", groups), _members("users", users), _members("sessions", sessions))


def own_channels(
    prefix: str | None, facility: str, request: HttpRequest | None, audience: AudienceName = "any"
) -> list[Channel]:
    """Where a kept message for this request may be: session, user, groups, broadcast, or one of these alone."""
    if audience not in AUDIENCE_NAMES:
        raise ValueError(f"The audience is {audience!r}; expected one of {', '.join(AUDIENCE_NAMES)}.")
    if audience not in {"any", "broadcast"}:
        _refuse_colon(facility)
    own: dict[str, list[Channel]] = {}
    if request is not None and ":" not in facility:
        own["session"] = [session_channel(prefix, key, facility) for key in own_sessions(request)]
        own["user"] = [user_channel(prefix, name, facility) for name in own_users(request)]
        own["group"] = [group_channel(prefix, name, facility) for name in own_groups(request)]
    own["broadcast"] = [broadcast_channel(prefix, facility)]
    return [channel for name, channels in own.items() if audience in {"any", name} for channel in channels]


def own_users(request: HttpRequest) -> list[str]:
    """The name of the request's user; of an anonymous one none."""
    user = getattr(request, "user", None)
    return [user.get_username()] if user is not None and user.is_authenticated else []


def own_groups(request: HttpRequest) -> list[str]:
    """The names that ws4redis put into the session at login, but for Django's groups that the user has left since; else
    those of the user's groups.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    session = getattr(request, "session", None)
    names = None if session is None else session.get(MEMBER_OF)
    if getattr(user, "pk", None) is None or not hasattr(user, "groups"):  # of no model, or of another one
        return list(names or ())
    if names is None:
        return list(user.groups.order_by("name").values_list("name", flat=True))
    of_others = user.groups.model._default_manager.filter(name__in=names).exclude(pk__in=user.groups.values("pk"))
    left = set(of_others.values_list("name", flat=True))
    return [name for name in names if name not in left]


def own_sessions(request: HttpRequest) -> list[str]:
    """The session's key; of one that was never saved none."""
    key = getattr(getattr(request, "session", None), "session_key", None)
    return [key] if key else []


def _members(word: str, value: Iterable[object] | bool) -> tuple[object, ...]:  # noqa: FBT001 - ws4redis takes one
    if isinstance(value, bool):
        if value:
            warnings.warn(f"Write {word}=[SELF] for {word}=True.", DeprecationWarning, stacklevel=4)
        return (SELF,) if value else ()
    if isinstance(value, str | bytes):
        raise TypeError(f"{word} is the text {value!r}; expected a list: {word}=[{value!r}].")
    try:
        return tuple(value)
    except TypeError as error:
        raise TypeError(f"{word} is {value!r}; expected a list: {word}=[{value!r}].") from error


def _names(
    members: tuple[object, ...],
    named: Callable[[object], str],
    own: Callable[[HttpRequest], list[str]],
    request: HttpRequest | None,
) -> Iterator[str]:
    for member in members:
        if member is not SELF:
            names = [] if member is None else [named(member)]
        elif request is None:
            raise ValueError("SELF is meant, and there is no request to say who that is.")
        else:
            names = own(request)
        yield from filter(None, names)


def _group(member: object) -> str:
    return _text(member if isinstance(member, str) else getattr(member, "name", None), "groups", member)


def _user(member: object) -> str:
    return _text(member.get_username() if hasattr(member, "get_username") else member, "users", member)


def _key(member: object) -> str:
    return _text(member, "sessions", member)


def _text(name: object, word: str, member: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{word} holds {member!r}; expected {_EXPECTED[word]}.")
    return name


_EXPECTED = {
    "groups": "names of groups, group objects or SELF",
    "users": "user names, user objects or SELF",
    "sessions": "session keys or SELF",
}


def _refuse_colon(facility: str) -> None:
    if ":" in facility:
        raise ValueError(f"The facility {facility!r} holds a colon, with which it can only be broadcast.")
