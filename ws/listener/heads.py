"""What one step carries, and what Redis holds of it. Pure: messages and heads in, the script's arguments out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ws.wire.channels import Channel
from ws.wire.message import MESSAGES_PER_CHUNK, chunk

BATCH_BYTES_AT_MOST = 64 * 1024 * 1024
"""Redis works on nothing else while it takes a batch in."""
PASSING_SECONDS = 86_400
"""After so long without a message a passing channel is forgotten."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who publishes: one log of one database of one PostgreSQL cluster."""

    system: str
    """PostgreSQL's system identifier."""
    database_oid: int
    log_oid: int

    @property
    def owner(self) -> str:
        """What the heads of its channels say, and the keys of its cursor and its lease."""
        return f"{self.system}.{self.database_oid}.{self.log_oid}"


@dataclass(frozen=True, slots=True)
class Head:
    """Where a channel's numbering stands."""

    epoch: str
    seq: int
    """The last message's; 0: none yet."""
    owner: str

    def after(self, messages: int) -> "Head":
        """The head once so many more are published."""
        return Head(self.epoch, self.seq + messages, self.owner)


@dataclass(frozen=True, slots=True)
class Held:
    """What Redis holds, read in one look."""

    cursor: str | None
    redis: str | None
    """`<run_id> <master_replid>`, as stored with the cursor."""
    here: str
    """What they are now."""
    heads: Mapping[Channel, Head]
    torn: frozenset[Channel]
    """Channels whose stream does not end where their head says: only a new epoch goes on from there."""


@dataclass(frozen=True, slots=True)
class Part:
    """One channel's part of a step: from which head to which, by these messages."""

    channel: Channel
    before: Head | None
    """None: whatever is there is replaced."""
    after: Head
    messages: Sequence[bytes] = ()
    """Numbered."""
    former: str = ""
    """Another owner that may be replaced."""
    is_passing: bool = False
    """Whether the channel is forgotten when nothing is published there for long."""

    def arguments(self, resume_messages: int) -> Iterator[bytes | str | int]:
        """Its record for the script: nine values, and an id and a text for each chunk."""
        count = len(self.messages)
        yield self.before.epoch if self.before else ""
        yield self.before.seq if self.before else ""
        yield self.former
        yield self.after.epoch
        yield self.after.seq
        yield max(0, self.after.seq - resume_messages)
        yield self.messages[-1] if count else b""
        yield PASSING_SECONDS if self.is_passing else 0
        yield -(-count // MESSAGES_PER_CHUNK)
        first = self.after.seq - count + 1
        for start in range(0, count, MESSAGES_PER_CHUNK):
            together = self.messages[start : start + MESSAGES_PER_CHUNK]
            yield f"{first + start + len(together) - 1}-0"
            yield chunk(together)


def is_too_large(parts: Sequence[Part]) -> bool:
    """Whether Redis should not be asked to take this in one step."""
    return sum(sum(map(len, part.messages)) for part in parts) > BATCH_BYTES_AT_MOST
