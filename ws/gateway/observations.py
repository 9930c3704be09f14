"""Everything worth noticing in the gateway."""

import logging
from dataclasses import dataclass
from typing import ClassVar

from ws.observation import Observation


@dataclass(frozen=True, slots=True)
class Ready(Observation):
    """The gateway accepts clients."""

    address: str
    redis: str

    def __str__(self) -> str:
        return f"ready at {self.address}, reading from {self.redis}"


@dataclass(frozen=True, slots=True)
class HandshakeRefused(Observation):
    """A client was answered with a status other than 101."""

    level: ClassVar[int] = logging.WARNING
    peer: str
    status: int
    reason: str

    def __str__(self) -> str:
        return f"refused {self.peer} with {self.status}: {self.reason}"


@dataclass(frozen=True, slots=True)
class HandshakeTimedOut(Observation):
    """A client connected and did not finish its request."""

    level: ClassVar[int] = logging.WARNING
    peer: str

    def __str__(self) -> str:
        return f"closed {self.peer}: no complete request in time"


@dataclass(frozen=True, slots=True)
class SlowClientClosed(Observation):
    """A client read more slowly than its messages came."""

    level: ClassVar[int] = logging.WARNING
    peer: str
    unsent_bytes: int

    def __str__(self) -> str:
        return f"closed {self.peer}, too slow: {self.unsent_bytes} bytes unsent"


@dataclass(frozen=True, slots=True)
class ProtocolViolated(Observation):
    """A client broke RFC 6455 and was closed."""

    level: ClassVar[int] = logging.WARNING
    peer: str
    error: str

    def __str__(self) -> str:
        return f"closed {self.peer}, which broke the protocol: {self.error}"


@dataclass(frozen=True, slots=True)
class RedisLost(Observation):
    """No message arrives until Redis is back; the clients stay."""

    level: ClassVar[int] = logging.ERROR
    error: str
    retry_seconds: float

    def __str__(self) -> str:
        return f"Redis is lost, and no message arrives: {self.error}; next attempt in {self.retry_seconds:.1f} s"


@dataclass(frozen=True, slots=True)
class RedisRegained(Observation):
    """Messages may have been missed, so the clients were told to reconnect and refetch."""

    level: ClassVar[int] = logging.WARNING
    clients: int

    def __str__(self) -> str:
        return f"Redis is back; {self.clients} clients were told to reconnect and refetch what they may have missed"


@dataclass(frozen=True, slots=True)
class CommandRefused(Observation):
    """A subscription, or the reading of a kept message: some clients get less than they asked for."""

    level: ClassVar[int] = logging.ERROR
    command: str
    error: str

    def __str__(self) -> str:
        return f"Redis refused {self.command!r}: {self.error}"


@dataclass(frozen=True, slots=True)
class Stopped(Observation):
    """The gateway ended because it was asked to, and its clients were told."""

    clients: int

    def __str__(self) -> str:
        return f"stopped; {self.clients} clients were told to reconnect"
