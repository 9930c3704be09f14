"""Everything worth noticing about the change log: how it is read, what is in it, what keeps it from its bounds."""

import logging
from dataclasses import dataclass
from typing import ClassVar

from ws.observation import Observation


@dataclass(frozen=True, slots=True)
class ForeignRowsRemoved(Observation):
    """The log had rows that another cluster wrote."""

    level: ClassVar[int] = logging.WARNING
    rows: int

    def __str__(self) -> str:
        return f"{self.rows} rows of the log were another cluster's, brought by a dump, and were removed"


@dataclass(frozen=True, slots=True)
class Published(Observation):
    """Everything that was visible is published."""

    level: ClassVar[int] = logging.DEBUG
    rows: int
    messages: int
    lag_seconds: float

    def __str__(self) -> str:
        return (
            f"published {self.messages} messages of {self.rows} rows,"
            f" the first {self.lag_seconds * 1000:.1f} ms after it was written"
        )


@dataclass(frozen=True, slots=True)
class Carried(Observation):
    """Redis took a batch."""

    level: ClassVar[int] = logging.DEBUG
    rows: int
    """That it completes; 0 under DELIVERY "notify"."""
    messages: int

    def __str__(self) -> str:
        return f"Redis took {self.messages} messages, with which {self.rows} rows of the log are published"


@dataclass(frozen=True, slots=True)
class Behind(Observation):
    """More is unread than one batch takes."""

    rows: int
    lag_seconds: float

    def __str__(self) -> str:
        return f"{self.rows} rows of the log are unread, the first is {self.lag_seconds:.1f} s old"


@dataclass(frozen=True, slots=True)
class CaughtUp(Observation):
    """What was behind is published."""

    rows: int

    def __str__(self) -> str:
        return f"caught up: {self.rows} rows of the log are published"


@dataclass(frozen=True, slots=True)
class Rang(Observation):
    """A writer found the listener asleep."""

    level: ClassVar[int] = logging.DEBUG

    def __str__(self) -> str:
        return "a ring"


@dataclass(frozen=True, slots=True)
class Woke(Observation):
    """The listener slept, and sleeps no more: nobody needs to ring."""

    level: ClassVar[int] = logging.DEBUG
    cause: str

    def __str__(self) -> str:
        return f"woke by {self.cause}"


@dataclass(frozen=True, slots=True)
class FoundByPoll(Observation):
    """Rows without a ring: written with `rowcast.ring` off, as before PREPARE TRANSACTION, or a defect of ours."""

    level: ClassVar[int] = logging.WARNING

    def __str__(self) -> str:
        return "the safety poll found rows for which no ring came"


@dataclass(frozen=True, slots=True)
class AsleepHeld(Observation):
    """A session holds the lock that says that we sleep: we stay awake until it lets go."""

    level: ClassVar[int] = logging.WARNING
    pid: int
    name: str

    def __str__(self) -> str:
        return (
            f"session {self.pid} ({self.name!r}) holds our lock ASLEEP, so we stay awake: should it end"
            " (pg_terminate_backend)?"
        )


@dataclass(frozen=True, slots=True)
class LeafEmptied(Observation):
    """Rows that were read are old enough to go."""

    level: ClassVar[int] = logging.DEBUG
    leaf: str
    size: int

    def __str__(self) -> str:
        return f"emptied {self.leaf}: {self.size} bytes that were read"


@dataclass(frozen=True, slots=True)
class LeafBusy(Observation):
    """An open transaction has written to a leaf that is due to be emptied; it is tried again."""

    leaf: str

    def __str__(self) -> str:
        return f"{self.leaf} was not emptied: an open transaction has written to it"


@dataclass(frozen=True, slots=True)
class LogTrimmed(Observation):
    """The log had grown past its limits: rows that nobody had read are gone, and clients will be told to refetch."""

    level: ClassVar[int] = logging.ERROR
    leaf: str
    size: int

    def __str__(self) -> str:
        return (
            f"the log had grown past its limits: {self.leaf} was emptied, {self.size} bytes with unread rows;"
            " clients will be told to refetch"
        )


@dataclass(frozen=True, slots=True)
class QueueFilling(Observation):
    """A session that listens and does not read keeps PostgreSQL's queue; when it is full, COMMITs fail."""

    level: ClassVar[int] = logging.ERROR
    usage: float
    pid: int
    name: str

    def __str__(self) -> str:
        return (
            f"PostgreSQL's queue of notifications is {self.usage:.0%} full; when it is full, writers fail. The oldest"
            f" transaction is that of session {self.pid} ({self.name!r}): should it end (pg_terminate_backend)?"
        )


@dataclass(frozen=True, slots=True)
class TransactionOpen(Observation):
    """It delays nobody's messages but its own; it keeps leaves from being emptied, and PostgreSQL from cleaning up."""

    level: ClassVar[int] = logging.WARNING
    pid: int
    name: str
    seconds: float

    def __str__(self) -> str:
        return f"session {self.pid} ({self.name!r}) has been in one transaction for {self.seconds / 60:.0f} minutes"
