"""The atomic step in Redis: messages are numbered, appended, published, and the cursor moves; all of it, or nothing.

A batch goes in with the cursor that it started from. Where that is not what Redis holds, it is refused, so that nothing
is published twice, whoever else believes to lead (PROTOCOL.md, X1 to X5).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from ws.listener.heads import Head, Held, Part, Source, is_too_large
from ws.listener.link import Link, Standing, Word
from ws.listener.script import Script
from ws.settings import WsSettings
from ws.wire.channels import Channel, cursor_key, head_key, lease_key, passing_key, stream_key
from ws.wire.message import numbered

LEASE_SECONDS = 10.0
"""A leader that does not say so again is taken to be stopped."""

Reason = Literal["cursor", "redis", "head", "owner", "type", "size"]
Verb = Literal["publish", "begin", "confirm", "announce"]

_MEANINGS: Mapping[Reason, str] = {
    "cursor": "the cursor in Redis was moved or lost; it is now",
    "redis": "Redis restarted or was replaced; it is now",
    "head": "the numbering in Redis is not where it was left, on",
    "owner": "the channel is published by another database,",
    "type": "a key of the pipeline has another type,",
    "size": "the batch is too large for one step:",
}


class RefusedError(Exception):
    """Redis is not as this leader left it. Nothing was done."""

    def __init__(self, reason: Reason, culprit: str) -> None:
        super().__init__(f"{_MEANINGS[reason]} {culprit!r}")
        self.reason = reason
        self.culprit = culprit
        """What stands there, or the name of what is wrong."""


@dataclass(frozen=True, slots=True)
class _Order:
    """What the script is asked to do."""

    verb: Verb
    before: str
    """The cursor; "": none is stored."""
    after: str
    parts: Sequence[Part]
    must_be_same_redis: bool
    formers: Collection[str] = ()
    """Whose cursors go away."""
    redis: str = ""
    """Which Redis it must be; "": any."""


Starts = Mapping[Channel, Head | str]
"""Of passing channels: the head from which each goes on, or the epoch that it begins."""
NO_STARTS: Starts = MappingProxyType({})


class Step:
    """A source's steps. Remembers where each channel's numbering stands; for one thread.

    Every method raises NotPublishedError, when nothing was done, and OutcomeUnknownError, after which `load` tells.
    """

    def __init__(
        self, settings: WsSettings, source: Source, standing: Callable[[Standing], None] = lambda _: None
    ) -> None:
        """`standing`: as `Link` tells it."""
        self._source = source
        self._prefix = settings.prefix
        self._expire_seconds = max(0, settings.expire_seconds)
        self._resume_messages = settings.resume_messages
        self._link = Link(settings, standing)
        self._held, self._step = Script("held.lua"), Script("step.lua")
        self._heads: dict[Channel, Head] = {}
        """Of the channels that are known before there is a message."""
        self._here = ""
        """The Redis that was looked at last."""

    def connect(self) -> None:
        """Make the connection if there is none that is alive."""
        self._link.connect()

    def load(self, channels: Collection[Channel]) -> Held:
        """What Redis holds, and from here on what this Step goes on from. Raises RefusedError ("type")."""
        held = self.look(channels)
        self._heads, self._here = dict(held.heads), held.here
        return held

    def look(self, channels: Collection[Channel]) -> Held:
        """What Redis holds. Raises RefusedError ("type")."""
        names = list(channels)
        keys = [cursor_key(self._prefix, self._source.owner)]
        for channel in names:
            keys += [head_key(self._prefix, channel), stream_key(self._prefix, channel)]
        answer = _taken(self._held.run(self._link, keys))
        cursor, redis, here = (value and value.decode() for value in answer[:3])
        found = {channel: answer[3 + 4 * at : 7 + 4 * at] for at, channel in enumerate(names)}
        heads = {
            channel: Head(epoch.decode(), int(seq), owner.decode())
            for channel, (epoch, seq, owner, _) in found.items()
            if None not in (epoch, seq, owner)
        }
        return Held(cursor, redis, here, heads, frozenset(channel for channel, (*_, ends) in found.items() if not ends))

    def publish(
        self, expected: str, cursor: str, batch: Mapping[Channel, Sequence[bytes]], passing: Starts = NO_STARTS
    ) -> None:
        """Publish these, in their order, and move the cursor from `expected` to `cursor`. Raises RefusedError.

        Of channels that were not loaded, `passing` tells the start.
        """
        parts = [
            self._passing_part(channel, messages, passing[channel])
            if channel in passing
            else self._part(channel, messages)
            for channel, messages in batch.items()
        ]
        self._do(_Order("publish", expected, cursor, parts, must_be_same_redis=True))

    def confirm(self, expected: str) -> None:
        """Redis is another, and still holds this cursor and all heads as they were loaded: the epochs go on (X2).

        Raises RefusedError.
        """
        parts = [self._part(channel, ()) for channel in self._heads]
        self._do(_Order("confirm", expected, expected, parts, must_be_same_redis=False))

    def begin(
        self,
        expected: str | None,
        cursor: str,
        epochs: Mapping[Channel, str],
        announcements: Mapping[Channel, Sequence[bytes]],
        *,
        adopt: bool = False,
    ) -> None:
        """Begin these channels' numbering again, with these messages. Raises RefusedError.

        `expected` is None where no cursor is stored. Channels that were loaded and are not begun keep their epoch,
        which they could not in another Redis. `adopt` takes over what another owner had when it was loaded.
        """
        parts, formers = [], set()
        for channel, epoch in epochs.items():
            head = self._heads.get(channel)
            former = head.owner if adopt and head and head.owner != self._source.owner else ""
            messages = numbered(announcements.get(channel, ()), 1)
            parts.append(Part(channel, None, Head(epoch, len(messages), self._source.owner), messages, former))
            if former:
                formers.add(former)
        keeps_others = bool(self._heads.keys() - epochs.keys())
        order = _Order("begin", expected or "", cursor, parts, keeps_others, formers, self._here)
        self._do(order)

    def announce(
        self,
        expected: str | None,
        epochs: Mapping[Channel, str],
        announcements: Mapping[Channel, Sequence[bytes]],
        formers: Mapping[Channel, str],
    ) -> None:
        """Begin these passing channels again, with these messages; the cursor stays. Raises RefusedError.

        `formers`: whose they may be instead of ours. Only in the Redis that was loaded: what is begun there next
        follows this.
        """
        parts = [
            replace(self._passing_part(channel, announcements[channel], epoch), former=formers.get(channel, ""))
            for channel, epoch in epochs.items()
        ]
        self._do(_Order("announce", expected or "", "", parts, must_be_same_redis=False, redis=self._here))

    def passing(self, owner: str) -> list[Channel]:
        """The passing channels of this owner, with some that were forgotten meanwhile."""
        names = self._link.call("ZRANGE", passing_key(self._prefix, owner), 0, -1)
        return [Channel(name.decode()) for name in names]

    def followed(self) -> list[Channel]:
        """All channels under our prefix that anybody subscribes to now."""
        opening = "".join(f"[{letter}]" if letter in "*?[" else letter for letter in f"{self._prefix}:")
        names = self._link.call("PUBSUB", "CHANNELS", f"{opening if self._prefix else ''}*")
        return [Channel(name.decode(errors="replace")) for name in names]

    def hold_lease(self, text: str) -> None:
        """Say that the leader moves."""
        key = lease_key(self._prefix, self._source.owner)
        self._link.call("SET", key, text, "PX", int(LEASE_SECONDS * 1000))

    def lease(self) -> str | None:
        """What the leader said in the last ten seconds."""
        key = lease_key(self._prefix, self._source.owner)
        said = self._link.call("GET", key)
        return None if said is None else said.decode()

    def close(self) -> None:
        self._link.close()

    def _part(self, channel: Channel, messages: Sequence[bytes]) -> Part:
        """Raises RefusedError where this channel's numbering is not known."""
        head = self._heads.get(channel)
        if head is None:
            raise RefusedError("head", channel)
        return Part(channel, head, head.after(len(messages)), numbered(messages, head.seq + 1))

    def _passing_part(self, channel: Channel, messages: Sequence[bytes], start: Head | str) -> Part:
        before = start if isinstance(start, Head) else None
        after = before or Head(str(start), 0, self._source.owner)
        texts = numbered(messages, after.seq + 1)
        return Part(channel, before, after.after(len(messages)), texts, is_passing=True)

    def _do(self, order: _Order) -> None:
        if is_too_large(order.parts):
            raise RefusedError("size", f"{sum(len(part.messages) for part in order.parts)} messages")
        keys, arguments = list(self._keys(order)), list(self._arguments(order))
        _taken(self._step.run(self._link, keys, arguments))
        self._heads.update({part.channel: part.after for part in order.parts if not part.is_passing})

    def _keys(self, order: _Order) -> Iterator[str]:
        for owner in (self._source.owner, *order.formers):
            yield cursor_key(self._prefix, owner)
            yield passing_key(self._prefix, owner)
        for part in order.parts:
            yield head_key(self._prefix, part.channel)
            yield stream_key(self._prefix, part.channel)
            yield part.channel

    def _arguments(self, order: _Order) -> Iterator[Word]:
        yield from (order.verb, self._source.owner, order.before, order.after)
        yield from (self._expire_seconds, int(order.must_be_same_redis), order.redis, len(order.formers))
        for part in order.parts:
            yield from part.arguments(self._resume_messages)


def _taken(answer: list[Any]) -> list[Any]:
    """What stands after the first word of a script's answer. Raises RefusedError for a refusal."""
    word, *rest = answer
    if word not in {b"done", b"held"}:
        raise RefusedError(word.decode(), rest[0].decode())
    return rest
