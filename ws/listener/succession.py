"""How a leader goes on from what it finds: with the stored cursor, under a new epoch, or not at all. Pure.

Numbers that somebody has seen must never be given to other messages, and a row that was published must never be
published again: where neither can be known, a new epoch begins and clients refetch (PROTOCOL.md, C5 to C7, X2).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from ws.listener.record import Identity, Published, Record
from ws.wire.channels import Channel


class Owned(Protocol):
    """A channel's head, as far as it matters here."""

    @property
    def owner(self) -> str: ...


class Found(Protocol):
    """What Redis holds."""

    @property
    def cursor(self) -> str | None: ...
    @property
    def redis(self) -> str | None:
        """Which Redis stored the cursor."""
        ...

    @property
    def here(self) -> str:
        """Which Redis this is."""
        ...

    @property
    def heads(self) -> Mapping[Channel, Owned]: ...
    @property
    def torn(self) -> Collection[Channel]:
        """Channels whose stream does not end where their head says."""
        ...


@dataclass(frozen=True, slots=True)
class Now:
    """The leader's own side."""

    identity: Identity
    owner: str
    trimmed: int
    channels: Collection[Channel]
    last_sent: str | None
    """The cursor that this process stored last, or tried to, without an answer: a Redis with another lost something,
    or somebody else led."""
    tail_stands: Callable[[Collection[Published]], bool]
    """Whether all of these rows are still in the log."""


@dataclass(frozen=True, slots=True)
class GoOn:
    """With this record."""

    record: Record
    is_redis_new: bool = False
    """Redis restarted or was replaced, and has all that we know of: it is told that we know."""
    new_channels: tuple[Channel, ...] = ()
    """Nothing was ever published there."""


@dataclass(frozen=True, slots=True)
class BeginEpoch:
    """Clients are told to refetch, for this reason."""

    reason: str
    is_adopting: bool = False


@dataclass(frozen=True, slots=True)
class Refuse:
    """This listener must not publish here."""

    reason: str
    remedy: str


Decision = GoOn | BeginEpoch | Refuse

OTHER_SOURCE = (
    "Is this a copy, as for staging? Then give it a Redis, a WS4REDIS_PREFIX or a TRIGGERS['FACILITY'] of its own."
    " If this database has taken the other's place, start once with --adopt."
)
OLD_PRIMARY = (
    "Is this the old primary after a fail-over? Then stop it, or point DATABASES at the new one. If it is to publish"
    " all the same, start once with --adopt."
)


def decide(found: Found, now: Now, *, is_adopting: bool = False) -> Decision:
    """What comes next."""
    record, defect = _parsed(found.cursor)
    if refusal := _refusal(record, found, now):
        return BeginEpoch("this database was adopted", is_adopting=True) if is_adopting else refusal
    if record is None:
        return BeginEpoch(defect)
    reason = _break(record, found, now)
    return BeginEpoch(reason) if reason else _go_on(record, found, now)


def _parsed(cursor: str | None) -> tuple[Record | None, str]:
    """The record, or why there is none."""
    if cursor is None:
        return None, "Redis holds no cursor of this log: it is new, or was emptied"
    try:
        return Record.parse(cursor), ""
    except ValueError as error:
        return None, str(error)


def _go_on(record: Record, found: Found, now: Now) -> Decision:
    missing = tuple(channel for channel in now.channels if channel not in found.heads)
    if len(missing) == len(now.channels):
        return BeginEpoch("Redis holds no numbers of these channels")
    moved = Record(record.cursor, now.identity, record.trimmed, record.tail)
    return GoOn(moved, is_redis_new=found.redis != found.here, new_channels=missing)


def _refusal(record: Record | None, found: Found, now: Now) -> Refuse | None:
    for channel, head in found.heads.items():
        if head.owner != now.owner:
            return Refuse(
                f"Channel {channel!r} is published by another database: by {head.owner}, and this is {now.owner}"
                " (system identifier, database, log).",
                OTHER_SOURCE,
            )
    if record is not None and record.identity.system != now.identity.system:
        return Refuse(
            f"The cursor in Redis is of the cluster {record.identity.system}, and this is {now.identity.system}.",
            OTHER_SOURCE,
        )
    if record is not None and record.identity.timeline > now.identity.timeline:
        return Refuse(
            f"The cursor in Redis is of timeline {record.identity.timeline}, and this server is on"
            f" {now.identity.timeline}.",
            OLD_PRIMARY,
        )
    return None


def _break(record: Record, found: Found, now: Now) -> str | None:
    """Why the stored numbers cannot be gone on with, if they can't."""
    if record.identity.timeline != now.identity.timeline:
        return f"PostgreSQL was promoted: timeline {record.identity.timeline} is now {now.identity.timeline}"
    if record.trimmed != now.trimmed:
        return "rows that nobody had read were trimmed from the log"
    if found.redis != found.here and found.cursor != now.last_sent:
        return "Redis restarted or was replaced, and whether it lost messages is not known"
    if record.identity.incarnation != now.identity.incarnation and not now.tail_stands(record.tail):
        return "PostgreSQL crashed or was restored, and rows that were published are no longer in its log"
    if found.torn:
        return f"the stream of {', '.join(map(repr, found.torn))} is not where its head says"
    return None
