"""From rows of the log to batches of messages, each of which one atomic step takes to Redis. Pure."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ws.listener.audiences import Audiences, Names
from ws.listener.routes import Route, Routes, Split
from ws.listener.rows import Row
from ws.wire.channels import Channel

BATCH_MESSAGES = 2000
BATCH_BYTES = 1024 * 1024
BATCH_CHANNELS = 500


@dataclass(frozen=True, slots=True)
class Batch:
    """What one atomic step publishes, and how far it reaches."""

    messages: Mapping[Channel, Sequence[bytes]]
    last_id: int
    """The last row of which everything is in this batch or an earlier one; 0: there is none yet."""
    offset: int
    """How many keys of the row after that one are."""
    rows: Sequence[Row]
    """Those that this batch completes."""
    audiences: Audiences | None = None
    """Before this batch all that these audiences may reach is told to look at every row again."""

    @property
    def count(self) -> int:
        """Of the messages."""
        return sum(map(len, self.messages.values()))


@dataclass(slots=True)
class _Unfinished:
    """A batch that is being filled."""

    messages: dict[Channel, list[bytes]] = field(default_factory=dict)
    count: int = 0
    size: int = 0
    rows: list[Row] = field(default_factory=list)
    audiences: Audiences | None = None

    @property
    def is_full(self) -> bool:
        return self.audiences is not None or self.count >= BATCH_MESSAGES or self.size >= BATCH_BYTES

    def takes_all(self, messages: Sequence[bytes]) -> bool:
        """Whether all of these may be added; one alone always may."""
        if self.count + len(messages) > BATCH_MESSAGES:
            return False
        return self.size + sum(map(len, messages)) <= BATCH_BYTES or (self.count == 0 and len(messages) == 1)

    def takes_to(self, channels: Sequence[Channel], message: bytes) -> bool:
        """Whether this may be added to all of these; where there is nothing yet, it may."""
        return self.count == 0 or (
            self.count + len(channels) <= BATCH_MESSAGES
            and self.size + len(channels) * len(message) <= BATCH_BYTES
            and len(self.messages.keys() | set(channels)) <= BATCH_CHANNELS
        )

    def room(self, messages: Sequence[bytes]) -> int:
        """How many of these may be added; at least one where there is none yet."""
        size, room = self.size, 0
        most = min(BATCH_MESSAGES - self.count, len(messages))
        while room < most and size + len(messages[room]) <= BATCH_BYTES:
            size += len(messages[room])
            room += 1
        return max(room, 0 if self.count else 1)

    def add(self, channel: Channel, messages: Sequence[bytes]) -> None:
        self.messages.setdefault(channel, []).extend(messages)
        self.count += len(messages)
        self.size += sum(map(len, messages))

    def finished(self, last_id: int, offset: int = 0) -> Batch:
        return Batch(self.messages, last_id, offset, self.rows, self.audiences)


_Filling = Generator[Batch, None, _Unfinished]
"""Gives the batches that become full on the way, and at the end the one that is not."""


def batches(rows: Iterable[Row], routes: Routes, last_id: int, offset: int, names: Names) -> Iterator[Batch]:
    """All of these rows, but for the first `offset` keys of the first one, at most 2000 messages or 1 MiB at a time.

    A batch ends inside a row where it must; one message alone may be longer than 1 MiB. `names`: of the rows' owners.
    """
    unfinished = _Unfinished()
    for row in rows:
        route = routes.of(row.model)
        if isinstance(route, Route):
            rest = route.format.compose(row)[offset:]
            if not unfinished.takes_all(rest):
                unfinished, rest = yield from _cut(unfinished, route.channel, rest, last_id, offset)
            unfinished.add(route.channel, rest)
        elif row.is_of_all:
            unfinished = yield from _of_all(unfinished, row, route, routes.channels, last_id)
        else:
            told = zip(route.audiences.channels(row, names), route.format.compose(row), strict=True)
            unfinished = yield from _filled_each(unfinished, list(told), last_id, offset)
        unfinished.rows.append(row)
        last_id, offset = row.id, 0
        if unfinished.is_full:
            yield unfinished.finished(last_id)
            unfinished = _Unfinished()
    if unfinished.rows:
        yield unfinished.finished(last_id)


def _cut(
    unfinished: _Unfinished, channel: Channel, rest: Sequence[bytes], last_id: int, offset: int
) -> Generator[Batch, None, tuple[_Unfinished, Sequence[bytes]]]:
    """Of messages that don't fit, what still does goes into this batch; the last batch, and what is left for it."""
    while not unfinished.takes_all(rest):
        room = unfinished.room(rest)
        unfinished.add(channel, rest[:room])
        rest, offset = rest[room:], offset + room
        yield unfinished.finished(last_id, offset)
        unfinished = _Unfinished()
    return unfinished, rest


def _filled_each(
    unfinished: _Unfinished, told: Sequence[tuple[Sequence[Channel], bytes]], last_id: int, offset: int
) -> _Filling:
    """The same, where each has channels of its own. A change is never cut."""
    for position, (channels, message) in enumerate(told[offset:], offset):
        if not unfinished.takes_to(channels, message):
            yield unfinished.finished(last_id, position)
            unfinished = _Unfinished()
        for channel in channels:
            unfinished.add(channel, [message])
    return unfinished


def _of_all(unfinished: _Unfinished, row: Row, split: Split, channels: Sequence[Channel], last_id: int) -> _Filling:
    """A row that concerns all whom the model may reach is a batch of its own."""
    if unfinished.rows:
        yield unfinished.finished(last_id)
    alone = _Unfinished(audiences=split.audiences)
    for channel in filter(split.may_reach, channels):
        alone.add(channel, split.format.compose(row))
    return alone
