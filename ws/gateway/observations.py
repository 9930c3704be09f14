"""Everything worth noticing in the gateway."""

import logging
from dataclasses import dataclass
from typing import ClassVar

from ws.observation import Observation


@dataclass(frozen=True, slots=True)
class HandshakeRefused(Observation):
    """A client was answered with a status other than 101."""

    level: ClassVar[int] = logging.WARNING
    peer: str
    status: int
    reason: str

    @property
    def kind(self) -> str:
        return f"HandshakeRefused {self.status}"

    def __str__(self) -> str:
        return f"refused {self.peer} with {self.status}: {self.reason}"


@dataclass(frozen=True, slots=True)
class ProxyNotNamed(Observation):
    """Somebody on this machine says whose request it passes on, and nobody named it: told once in a process."""

    level: ClassVar[int] = logging.WARNING
    peer: str
    address: str
    """Empty: of a Unix socket."""

    def __str__(self) -> str:
        return (
            f"{self.peer} sends X-Forwarded-For, and is not in WS['TRUSTED_PROXIES']: if it is the proxy, set"
            f" WS = {{'TRUSTED_PROXIES': [{self.address or 'unix'!r}]}}, or all clients seem to be {self.peer}"
        )


@dataclass(frozen=True, slots=True)
class AdmissionFailed(Observation):
    """Who asks, or what they may, could not be found out: they were refused, or told to come back later."""

    level: ClassVar[int] = logging.ERROR
    peer: str
    traceback: str

    def __str__(self) -> str:
        return f"could not find out what {self.peer} may do:\n{self.traceback}"


@dataclass(frozen=True, slots=True)
class RecheckFailed(Observation):
    """The database could not be asked whether clients have lost a right: until it can be they keep what they have."""

    level: ClassVar[int] = logging.ERROR
    traceback: str

    def __str__(self) -> str:
        return f"could not find out who has lost a right, and try again:\n{self.traceback}"


@dataclass(frozen=True, slots=True)
class Withdrawn(Observation):
    """A client has lost a right that it had at its handshake."""

    peer: str
    channels: tuple[str, ...]
    """Empty: all of them, and it was closed."""

    def __str__(self) -> str:
        what = f"follow {', '.join(self.channels)}" if self.channels else "stay"
        return f"{self.peer} may no longer {what}"


@dataclass(frozen=True, slots=True)
class MessageNotPublished(Observation):
    """A client said something that Redis did not take, or that nobody knows whether it took; the client was told."""

    level: ClassVar[int] = logging.ERROR
    peer: str
    channels: tuple[str, ...]

    def __str__(self) -> str:
        return f"closed {self.peer}: what it said could not be published on {', '.join(self.channels)}"


@dataclass(frozen=True, slots=True)
class HandshakeTimedOut(Observation):
    """A client connected, and was not in within HANDSHAKE_SECONDS."""

    level: ClassVar[int] = logging.WARNING
    peer: str
    was_asked: bool = False
    """Its request was complete: the database or the site's rules took too long."""

    def __str__(self) -> str:
        why = "it was not found out in time what it may do" if self.was_asked else "no complete request in time"
        return f"closed {self.peer}: {why}"


@dataclass(frozen=True, slots=True)
class SlowClientClosed(Observation):
    """A client read more slowly than its messages came."""

    level: ClassVar[int] = logging.WARNING
    peer: str
    unsent_bytes: int

    def __str__(self) -> str:
        return f"closed {self.peer}, too slow: {self.unsent_bytes} bytes unsent"


@dataclass(frozen=True, slots=True)
class DeadClientEnded(Observation):
    """A client answered no ping: its machine, or the way to it, has gone without a word."""

    peer: str
    silent_seconds: float

    def __str__(self) -> str:
        return f"ended {self.peer}, which has said nothing for {self.silent_seconds:.0f} s and answers no ping"


@dataclass(frozen=True, slots=True)
class ReadLater(Observation):
    """A client says more than MAX_MESSAGES_PER_SECOND; what it says is read when it is due."""

    peer: str
    wait_seconds: float

    def __str__(self) -> str:
        return f"{self.peer} says too much at once: the rest is read in {self.wait_seconds:.1f} s"


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
    """What stands in a stream is read there; clients who may have missed anything else were told."""

    level: ClassVar[int] = logging.WARNING
    clients: int
    resumed: int = 0
    """Channels whose clients stayed."""

    def __str__(self) -> str:
        told = f"{self.clients} clients were told to reconnect and refetch what they may have missed"
        return f"Redis is back; {told}; {self.resumed} channels are resumed from their streams"


@dataclass(frozen=True, slots=True)
class Resumed(Observation):
    """What was published while Redis was away has been handed out."""

    channel: str
    messages: int

    def __str__(self) -> str:
        return f"resumed {self.channel!r}: {self.messages} messages had come while Redis was away"


@dataclass(frozen=True, slots=True)
class EpochChanged(Observation):
    """The numbering began anew, and is read from its start, where the clients are told to refetch."""

    level: ClassVar[int] = logging.WARNING
    channel: str
    before: bytes
    """Empty: the channel had no pipeline."""
    after: bytes

    def __str__(self) -> str:
        after = self.after.decode(errors="replace")
        if not self.before:
            return f"the pipeline's messages begin on {self.channel!r}: epoch {after}"
        return (
            f"epoch {after} follows {self.before.decode(errors='replace')} on {self.channel!r}; its start says refetch"
        )


@dataclass(frozen=True, slots=True)
class MessagesMissed(Observation):
    """They can't be had any more, so the channel's clients were told to reconnect and refetch."""

    level: ClassVar[int] = logging.ERROR
    channel: str
    why: str
    clients: int

    def __str__(self) -> str:
        return f"messages of {self.channel!r} are missed: {self.why}; {self.clients} clients were told to refetch"


@dataclass(frozen=True, slots=True)
class HintMissed(Observation):
    """Messages stood in the stream, and nothing was published that said so."""

    level: ClassVar[int] = logging.WARNING
    channel: str
    messages: int

    def __str__(self) -> str:
        return (
            f"found {self.messages} messages in the stream of {self.channel!r} by looking: no PUBLISH had told of them"
        )


@dataclass(frozen=True, slots=True)
class HintsUnfounded(Observation):
    """Something was published that looked like the pipeline's, and was not in the stream: it was dropped."""

    level: ClassVar[int] = logging.WARNING
    channel: str
    times: int
    """At least."""

    def __str__(self) -> str:
        return f"dropped messages with a seq that the stream of {self.channel!r} does not have, {self.times} times"


@dataclass(frozen=True, slots=True)
class CommandRefused(Observation):
    """A subscription, or the reading of a stream or a kept message: some clients get less than they asked for."""

    level: ClassVar[int] = logging.ERROR
    command: str
    error: str

    def __str__(self) -> str:
        return f"Redis refused {self.command!r}: {self.error}"


@dataclass(frozen=True, slots=True)
class CanarySilent(Observation):
    """The change of nobody's that is sent through all parts does not come: others do not either."""

    level: ClassVar[int] = logging.ERROR
    seconds: float
    hop: str

    def __str__(self) -> str:
        return f"no canary has come for {self.seconds:.1f} s: {self.hop}"


@dataclass(frozen=True, slots=True)
class CanaryHeard(Observation):
    """It comes again."""

    level: ClassVar[int] = logging.WARNING
    seconds: float

    def __str__(self) -> str:
        return f"canaries come again, after {self.seconds:.1f} s"


@dataclass(frozen=True, slots=True)
class Stopped(Observation):
    """The gateway ended because it was asked to, and its clients were told."""

    clients: int
    cut: int = 0
    """Who had not answered, or had not finished its handshake, and was not waited for any longer."""

    def __str__(self) -> str:
        cut = f"; {self.cut} that were not done in time were cut off" if self.cut else ""
        return f"stopped; {self.clients} clients were told to reconnect{cut}"
