"""Everything worth noticing in the listener."""

import logging
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
