"""From rows of the log to Rodan's messages, in bounded batches. Pure.

A message here has no `seq` yet: the atomic step gives it its number.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from ws.listener.carried import elements, members
from ws.wire.channels import Channel

BATCH_MESSAGES = 2000
BATCH_BYTES = 1024 * 1024

PROJECT_COLUMN = '"project_id"'


class Row(NamedTuple):
    """A row of the log: one change, or at most 500 of one statement. A tuple, for it is made for every change."""

    id: int
    xid: int
    status: str
    model: str
    """`app_label.model_name`."""
    key: str | None
    uuids: str | None
    """The keys of many changes, as PostgreSQL writes an array of UUIDs."""
    keys: Sequence[str | None] | None
    """The keys of many changes, of any other type."""
    carried: str | None
    """JSON: one object column → value, or an array of them beside the keys."""
    at: str
    """When it was written, by the server's clock; for people, and to know a row again."""

    @property
    def told_keys(self) -> Sequence[str | None]:
        """Each change's key, as its message has it, in the order of the changes."""
        if self.uuids is not None:
            return [None if key == "NULL" else key for key in self.uuids[1:-1].replace("-", "").split(",")]
        return [self.key] if self.keys is None else self.keys

    @property
    def carried_objects(self) -> Sequence[str]:
        """Beside the keys, as JSON; empty where nothing travels."""
        if self.carried is None:
            return ()
        return elements(self.carried) if self.carried.startswith("[") else [self.carried]


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

    @property
    def is_full(self) -> bool:
        return self.count >= BATCH_MESSAGES or self.size >= BATCH_BYTES

    def takes_all(self, messages: Sequence[bytes]) -> bool:
        """Whether all of these may be added; one alone always may."""
        if self.count + len(messages) > BATCH_MESSAGES:
            return False
        return self.size + sum(map(len, messages)) <= BATCH_BYTES or (self.count == 0 and len(messages) == 1)

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


class Routes:
    """Which channel carries a model's messages; a model that is watched no more has the default one's."""

    def __init__(self, channels: Mapping[str, Channel], default: Channel) -> None:
        self._channels = channels
        self.default = default

    def channel(self, model: str) -> Channel:
        return self._channels.get(model, self.default)

    @property
    def models(self) -> Mapping[Channel, Sequence[str]]:
        """Every channel, with the labels of the models that it carries."""
        found: dict[Channel, list[str]] = {self.default: []}
        for model, channel in self._channels.items():
            found.setdefault(channel, []).append(model)
        return found


def batches(rows: Iterable[Row], routes: Routes, last_id: int, offset: int) -> Iterator[Batch]:
    """All of these rows, but for the first `offset` keys of the first one, at most 2000 messages or 1 MiB at a time.

    A batch ends inside a row where it must; one message alone may be longer than 1 MiB.
    """
    unfinished = _Unfinished()
    for row in rows:
        channel, rest = routes.channel(row.model), row_messages(row)[offset:]
        while not unfinished.takes_all(rest):
            room = unfinished.room(rest)
            unfinished.add(channel, rest[:room])
            rest, offset = rest[room:], offset + room
            yield Batch(unfinished.messages, last_id, offset, unfinished.rows)
            unfinished = _Unfinished()
        unfinished.add(channel, rest)
        unfinished.rows.append(row)
        last_id, offset = row.id, 0
        if unfinished.is_full:
            yield Batch(unfinished.messages, last_id, 0, unfinished.rows)
            unfinished = _Unfinished()
    if unfinished.rows:
        yield Batch(unfinished.messages, last_id, 0, unfinished.rows)


def row_messages(row: Row) -> Sequence[bytes]:
    """Each of its changes as Rodan's message, its keys in Rodan's order."""
    opening = _opening(row.status, row.model)
    carried = row.carried_objects
    if not carried:
        return [f"{opening}{_text(key)}}}".encode() for key in row.told_keys]
    return [
        f"{opening}{_text(key)}{_travelling(columns)}}}".encode()
        for key, columns in zip(row.told_keys, carried, strict=True)
    ]


@cache
def _opening(status: str, model: str) -> str:
    return f'{{"status": {_text(status)}, "model": {_text(model.rpartition(".")[2])}, "uuid": '


def announcements(models: Iterable[str], epoch: str) -> list[bytes]:
    """What every epoch begins with: whoever shows rows of these models looks at all of them again."""
    return [
        json.dumps({"status": "resync", "model": model.rpartition(".")[2], "uuid": None, "epoch": epoch}).encode()
        for model in models
    ]


def _text(value: str | None) -> str:
    """As JSON; what needs no escaping, like every UUID, is quoted at once."""
    if value is not None and value.isascii() and value.isalnum():
        return f'"{value}"'
    return json.dumps(value)


def _travelling(columns: str) -> str:
    values = members(columns)
    project = values.pop(PROJECT_COLUMN, None)
    others = ", ".join(f"{name}: {value}" for name, value in values.items())
    return ("" if project is None else f', "project": {project}') + (f', "carried": {{{others}}}' if others else "")
