"""Everything worth noticing in the listener."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ws.observation import Observation


@dataclass(frozen=True, slots=True)
class Listening(Observation):
    """LISTEN was acknowledged: from here on nothing that is notified is missed."""

    database: str
    notification_channel: str
    redis: str
    channel: str

    def __str__(self) -> str:
        return (
            f"listening on {self.notification_channel!r} in {self.database},"
            f" publishing on {self.channel!r} in {self.redis}"
        )


@dataclass(frozen=True, slots=True)
class DatabaseLost(Observation):
    """What is committed until LISTEN is acknowledged again is not heard (DELIVERY "notify": at most once)."""

    level: ClassVar[int] = logging.ERROR
    error: str
    retry_seconds: float

    def __str__(self) -> str:
        return f"PostgreSQL is lost, and changes go unheard: {self.error}; next attempt in {self.retry_seconds:.1f} s"


@dataclass(frozen=True, slots=True)
class RedisLost(Observation):
    """Nothing was published; the messages wait."""

    level: ClassVar[int] = logging.ERROR
    error: str
    waiting: int
    retry_seconds: float

    def __str__(self) -> str:
        return (
            f"Redis does not take messages: {self.error}; {self.waiting} wait,"
            f" next attempt in {self.retry_seconds:.1f} s"
        )


@dataclass(frozen=True, slots=True)
class RedisRegained(Observation):
    """Publishing goes on where it stopped."""

    level: ClassVar[int] = logging.WARNING
    failures: int

    def __str__(self) -> str:
        return f"Redis takes messages again, after {self.failures} failed attempts"


@dataclass(frozen=True, slots=True)
class OutcomeUnknown(Observation):
    """The connection broke between sending and the answer: sending again could publish twice, so it is not done."""

    level: ClassVar[int] = logging.ERROR
    error: str
    messages: int

    def __str__(self) -> str:
        return f"Redis may or may not have published {self.messages} messages, which are not sent again: {self.error}"


@dataclass(frozen=True, slots=True)
class BacklogFull(Observation):
    """Redis was away for too long."""

    level: ClassVar[int] = logging.ERROR
    dropped: int

    def __str__(self) -> str:
        return f"{self.dropped} of the oldest waiting messages were dropped: Redis has been away for too long"


@dataclass(frozen=True, slots=True)
class Stopped(Observation):
    """The listener ended because it was asked to, and nothing waited."""

    def __str__(self) -> str:
        return "stopped"


@dataclass(frozen=True, slots=True)
class StoppedShort(Observation):
    """The listener ended because it was asked to, while Redis was away: what waited is lost."""

    level: ClassVar[int] = logging.ERROR
    unsent: int

    def __str__(self) -> str:
        return f"stopped; {self.unsent} messages were not published and are lost"


@dataclass(frozen=True, slots=True)
class Leading(Observation):
    """LEADER is ours, and so is the work."""

    database: str
    redis: str
    channels: tuple[str, ...]

    def __str__(self) -> str:
        return f"leading: from the log of {self.database} to {', '.join(map(repr, self.channels))} in {self.redis}"


@dataclass(frozen=True, slots=True)
class Pooled(Observation):
    """A transaction pooler is on the way: LISTEN is in vain there, and so are session locks."""

    level: ClassVar[int] = logging.WARNING
    database: str
    poll_seconds: float

    def __str__(self) -> str:
        return (
            f"{self.database} is reached through a transaction pooler, where no ring arrives: the log is read every"
            f" {self.poll_seconds:.0f} s instead. For messages at once add an alias to DATABASES that"
            " leads straight to PostgreSQL, and start runlistener --database with it"
        )


@dataclass(frozen=True, slots=True)
class StandingBy(Observation):
    """Another listener leads; this one takes over when that one ends, or stops moving."""

    pid: int
    name: str

    def __str__(self) -> str:
        return f"standing by: {self.name!r} leads, pid {self.pid} of PostgreSQL's processes"


@dataclass(frozen=True, slots=True)
class TookOver(Observation):
    """A leader that did not move any more was ended."""

    level: ClassVar[int] = logging.WARNING
    name: str
    seconds: float
    pids: tuple[int, ...]

    def __str__(self) -> str:
        pids = ", ".join(map(str, self.pids)) or "none left"
        return f"taking over: {self.name!r} has not moved for {self.seconds:.0f} s; its sessions were ended ({pids})"


@dataclass(frozen=True, slots=True)
class SteppedDown(Observation):
    """LEADER is another's: somebody took over while this one was stopped or cut off."""

    level: ClassVar[int] = logging.WARNING
    reason: str

    def __str__(self) -> str:
        return f"stepping down: {self.reason}"


@dataclass(frozen=True, slots=True)
class PublicationRefused(Observation):
    """Redis refused a batch, and nothing of it was published."""

    level: ClassVar[int] = logging.WARNING
    reason: str

    def __str__(self) -> str:
        return f"Redis refused a batch, and what it holds is looked at again: {self.reason}"


@dataclass(frozen=True, slots=True)
class PublicationFailed(Observation):
    """Redis is away, or its answer is; the log keeps what it did not take."""

    level: ClassVar[int] = logging.ERROR
    error: str
    retry_seconds: float

    def __str__(self) -> str:
        return (
            f"Redis does not take messages, which wait in the log: {self.error};"
            f" next attempt in {self.retry_seconds:.1f} s"
        )


@dataclass(frozen=True, slots=True)
class PublicationRegained(Observation):
    """What waited in the log is published."""

    level: ClassVar[int] = logging.WARNING

    def __str__(self) -> str:
        return "Redis takes messages again"


@dataclass(frozen=True, slots=True)
class SessionLost(Observation):
    """PostgreSQL, or the way to it, is gone; what is committed meanwhile waits in the log."""

    level: ClassVar[int] = logging.ERROR
    error: str
    retry_seconds: float

    def __str__(self) -> str:
        return f"PostgreSQL is lost: {self.error}; changes wait in its log, next attempt in {self.retry_seconds:.1f} s"


@dataclass(frozen=True, slots=True)
class EpochBegan(Observation):
    """Numbers begin anew, and clients are told to refetch."""

    level: ClassVar[int] = logging.WARNING
    reason: str
    channels: tuple[str, ...]

    def __str__(self) -> str:
        channels = ", ".join(map(repr, self.channels))
        return f"a new epoch begins on {channels}, and clients are told to refetch: {self.reason}"


@dataclass(frozen=True, slots=True)
class PassingBegan(Observation):
    """Something is published where nothing was before, or for long: nothing was missed, or who follows is told."""

    level: ClassVar[int] = logging.DEBUG
    channel: str
    channels: int

    def __str__(self) -> str:
        return f"{self.channels} channels begin with their first messages, {self.channel!r} among them"


@dataclass(frozen=True, slots=True)
class PassingAnnounced(Observation):
    """Channels of users, and those that a function named, begin anew, and who follows them is told to refetch."""

    level: ClassVar[int] = logging.WARNING
    reason: str
    channels: int

    def __str__(self) -> str:
        return f"a new epoch begins on {self.channels} channels of users and others that changes named: {self.reason}"


@dataclass(frozen=True, slots=True)
class RedisReplaced(Observation):
    """Redis restarted or was replaced, and has all that was published: the epoch goes on."""

    level: ClassVar[int] = logging.WARNING

    def __str__(self) -> str:
        return "Redis restarted or was replaced, and has everything: the epoch goes on"


HOPS: Mapping[str, str] = {
    "write": "PostgreSQL does not take it",
    "read": "PostgreSQL has it, and it is not read: the sessions that hear and read, or what they wait for",
    "answer": "PostgreSQL has it, and it is not read, as Redis has not answered what was asked before",
    "publish": "it is read, and Redis has not taken it",
}


@dataclass(frozen=True, slots=True)
class CanarySilent(Observation):
    """The change of nobody's that is sent through all parts does not come through here: others do not either."""

    level: ClassVar[int] = logging.ERROR
    seconds: float
    hop: str
    """One of `HOPS`."""
    error: str = ""

    def __str__(self) -> str:
        why = f" ({self.error})" if self.error else ""
        return f"no canary has come to Redis for {self.seconds:.1f} s: {HOPS[self.hop]}{why}"


@dataclass(frozen=True, slots=True)
class CanaryHeard(Observation):
    """It comes again."""

    level: ClassVar[int] = logging.WARNING
    seconds: float

    def __str__(self) -> str:
        return f"canaries come to Redis again, after {self.seconds:.1f} s"
