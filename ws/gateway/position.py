"""How far a channel's stream was handed out, and what to do with what Redis says of it. Pure.

Redis is asked for the head and for what stands above the position at one instant, over the connection to which it
pushes what is published. So whatever was pushed before an answer is covered by that answer: one question at a time is
enough, and a message of the pipeline that is pushed while none is on its way is news.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ws.wire.message import chunk, seq_of, split

Cause = Literal["hint", "poll", "resume"]
"""Why the stream is read: something was published, it was time to look, or Redis is back."""


@dataclass(frozen=True, slots=True)
class Position:
    """The message of this seq, in the numbering of this epoch."""

    epoch: bytes
    seq: int


NOWHERE = Position(b"", 0)
"""Before the first message of the first epoch: there is no pipeline yet."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One chunk of the stream."""

    epoch: bytes
    last: int
    chunked: bytes

    @property
    def first(self) -> int:
        return self.last - self.chunked.count(b"\n")


@dataclass(frozen=True, slots=True)
class Finding:
    """What an answer comes to: first tell of the gap, then hand the chunks out, in their order; then ask on."""

    chunks: Sequence[bytes] = ()
    gap: str | None = None
    """Why something can't be had any more: whoever has followed until now must refetch."""
    ended: Position | None = None
    """Another epoch has begun, after this position."""
    is_done: bool = True
    """Nothing more stands above the position; else ask again, at once."""

    @property
    def messages(self) -> int:
        return sum(1 + chunked.count(b"\n") for chunked in self.chunks)


class Reading:
    """One followed channel's."""

    __slots__ = ("cause", "is_asking", "messages", "position")

    def __init__(self) -> None:
        self.position: Position | None = None
        """Of the last message that was handed out; None: nobody has said yet where to begin."""
        self.is_asking = False
        self.cause: Cause = "poll"
        """Of the last question."""
        self.messages = 0
        """Handed out in answer to it."""

    @property
    def has_pipeline(self) -> bool:
        return self.position is not None and self.position != NOWHERE

    def asks(self, cause: Cause) -> bool:
        """Whether to ask now; an answer is expected then. A question that is on its way answers this one too."""
        if self.position is None:
            return False
        if self.is_asking:
            if cause == "hint" and self.cause == "poll":
                self.cause = cause  # what is about to be found was told
            return False
        self.is_asking, self.cause, self.messages = True, cause, 0
        return True

    def interrupted(self) -> None:
        """The connection was lost, and with it every question."""
        self.is_asking = False

    def joined(self, head: Position) -> bool:
        """Somebody joins, and this is the head: the first begins there. Whether it is elsewhere than we are."""
        if self.position is None:
            self.position = head
        return head != self.position

    def is_next_to(self, kept: bytes, head: Position) -> bool:
        """Whether the stream goes on right after this kept message, which was read together with that head.

        One that is further is still to come from the stream; after an older one there would be a gap.
        """
        seq = seq_of(kept)
        return seq is None or Position(head.epoch, seq) == self.position

    def glanced(self, entries: Sequence[Entry], most: int) -> Finding | None:
        """The first entries above our position, at most so many, without the head; None: only the head tells more."""
        assert self.position is not None, "nobody asks before there is a position"
        epoch, seq = self.position.epoch, self.position.seq
        if not entries or entries[0].first > seq + 1 or any(entry.epoch != epoch for entry in entries):
            return None
        self.is_asking = len(entries) == most
        return self._advance(seq, Position(epoch, entries[-1].last), entries, may_go_on=self.is_asking)

    def answered(self, head: Position, entries: Sequence[Entry]) -> Finding:
        """The head, and the first entries above our position, which moves to the end of what is handed out."""
        assert self.position is not None, "nobody asks before there is a position"
        before = self.position
        if head == before:
            finding = Finding()
        elif head == NOWHERE:
            self.position = head
            finding = Finding(gap="the stream is gone")
        elif head.epoch != before.epoch and head.seq == 0 and self.has_pipeline:
            self.position = head
            finding = Finding(gap="another epoch begins, and nothing says refetch", ended=before)
        elif head.epoch != before.epoch:
            self.position = Position(head.epoch, 0)
            finding = Finding(ended=before, is_done=False)
        elif head.seq < before.seq:  # what was handed out may be numbered anew
            self.position = head
            finding = Finding(gap=f"Redis went back from {before.seq} to {head.seq}")
        else:
            finding = self._advance(before.seq, head, entries)
        self.is_asking = not finding.is_done
        return finding

    def _advance(self, seq: int, head: Position, entries: Sequence[Entry], *, may_go_on: bool = False) -> Finding:
        chunks: list[bytes] = []
        gap = None
        for entry in entries:
            if entry.epoch != head.epoch or not seq < entry.last <= head.seq:
                continue
            if entry.first > seq + 1:
                gap = f"{seq + 1} to {entry.first - 1} are no longer in the stream"
                chunks.clear()
            chunks.append(entry.chunked if entry.first > seq else chunk(split(entry.chunked)[seq - entry.last :]))
            seq = entry.last
        if not chunks:
            gap = f"{seq + 1} to {head.seq} are no longer in the stream"
            seq = head.seq
        self.position = Position(head.epoch, seq)
        finding = Finding(chunks, gap, is_done=seq == head.seq and not may_go_on)
        self.messages += finding.messages
        return finding
