"""What one client has heard, and what is wrong with it by itself. Pure.

A segment begins with each connection, and with each epoch; the client then looks at all rows again, and from that
moment on it must hear everything. Within a segment seq has no gap, and each row's changes come one after the other;
across all of them nothing comes twice.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from stress.chaos.changes import STATUSES, RowChange, Told, told


@dataclass(slots=True)
class Segment:
    """From one refetch to the next."""

    opening: str
    """What it began with."""
    last_seq: int | None = None
    heard: "array[int]" = field(default_factory=lambda: array("Q"))
    """Packed changes, in the order of their arrival."""
    latest: dict[int, int] = field(default_factory=dict)
    """Row → the number of the last change that was heard of it."""
    first: dict[int, int] = field(default_factory=dict)
    seen: Sequence[int] | None = None
    """The number of each row's last change, when the client looked; None: it has not."""

    def changes(self) -> Iterator[RowChange]:
        return map(_unpacked, self.heard)

    def has_reached(self, last: Sequence[int]) -> bool:
        """Whether what it saw and heard is all that there is."""
        return self.seen is not None and all(
            max(self.latest.get(row, 0), seen) >= number
            for row, (seen, number) in enumerate(zip(self.seen, last, strict=True))
        )


class Reception:
    """Of one client, over all its connections."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._highest: dict[int, int] = {}
        """Row → the highest number that an earlier segment has heard."""
        self.segments: list[Segment] = []
        self.messages = 0
        self.epochs: list[str] = []
        self.faults: list[str] = []
        """A sentence for each thing that must not happen."""

    @property
    def segment(self) -> Segment:
        return self.segments[-1]

    def connected(self) -> Segment:
        """A connection was made; before the greeting come a kept message, and what follows it."""
        return self._open("a connection")

    def keep(self, text: bytes | str) -> None:
        """What came before the greeting: the client has not looked yet, but the next message must follow it."""
        if (message := self._told(text)) is None:
            return
        if message.epoch is None:
            self._count(message.seq)
        self.segment.last_seq = message.seq

    def hear(self, text: bytes | str) -> Segment | None:
        """Take a message in. The segment that it opens, where it announces an epoch: a refetch is due."""
        message = self._told(text)
        if message is None:
            return None
        self.messages += 1
        if message.epoch is not None and message.epoch not in self.epochs:
            self._begin(message.epoch, message.seq)
            return self.segment
        self._count(message.seq)
        if message.change is not None:
            self._add(message.change)
        return None

    def _told(self, text: bytes | str) -> Told | None:
        try:
            return told(text)
        except ValueError as error:
            self._fault(str(error))
            return None

    def _begin(self, epoch: str, seq: int) -> None:
        self.epochs.append(epoch)
        self._open(f"epoch {epoch}").last_seq = seq
        if seq != 1:
            self._fault(f"the first message has seq {seq}")

    def _open(self, opening: str) -> Segment:
        if self.segments:
            self._highest.update(self.segment.latest)
        self.segments.append(Segment(opening))
        return self.segment

    def _count(self, seq: int) -> None:
        last = self.segment.last_seq
        if last is not None and seq != last + 1:
            self._fault(f"seq {seq} follows {last}")
        self.segment.last_seq = seq

    def _add(self, change: RowChange) -> None:
        segment = self.segment
        before = segment.latest.get(change.row)
        if before is not None and change.number != before + 1:
            self._fault(f"{change} comes after change {before}")
        elif before is None and change.number <= self._highest.get(change.row, 0):
            self._fault(f"{change} was heard in an earlier segment, up to change {self._highest[change.row]}")
        segment.first.setdefault(change.row, change.number)
        segment.latest[change.row] = change.number
        segment.heard.append(_packed(change))

    def _fault(self, text: str) -> None:
        where = f"segment {len(self.segments)}, which {self.segment.opening} opened, message {len(self.segment.heard)}"
        self.faults.append(f"{self._name}: {text} ({where})")


def _packed(change: RowChange) -> int:
    return change.row << 40 | change.number << 2 | STATUSES.index(change.status)


def _unpacked(packed: int) -> RowChange:
    return RowChange(packed >> 40, packed >> 2 & 0x3F_FFFF_FFFF, STATUSES[packed & 3])
