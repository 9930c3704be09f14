"""Reads the stream in Redis itself, past listener and gateway: what stands there, in each epoch, gap-free and once."""

import asyncio
from collections.abc import Sequence
from typing import cast

import redis.asyncio

from stress.chaos.reception import Reception
from ws.wire.channels import broadcast_channel, stream_key
from ws.wire.message import seq_of, split

POLL_SECONDS = 0.03
ANSWER_SECONDS = 2.0
ENTRIES_AT_ONCE = 50

Entry = tuple[bytes, dict[bytes, bytes]]


class Witness:
    """`reception` holds what it read. `outruns`: the stream was trimmed before it came to that."""

    def __init__(self, url: str, prefix: str, facility: str) -> None:
        self._url = url
        self._stream = stream_key(prefix, broadcast_channel(prefix, facility))
        self.reception = Reception("stream")
        self.reception.connected()
        self.outruns = 0
        self._last: Entry | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                # No socket_timeout: redis-py's way to keep it swallows a cancellation (before Python 3.12).
                async with redis.asyncio.Redis.from_url(self._url, socket_timeout=None) as client:
                    while True:
                        async with asyncio.timeout(ANSWER_SECONDS):
                            await self.read(client)
                        await asyncio.sleep(POLL_SECONDS)
            except (redis.RedisError, OSError):
                await asyncio.sleep(POLL_SECONDS)

    async def read(self, client: redis.asyncio.Redis) -> None:
        """All that there is now."""
        while entries := await self._next(client):
            for entry in entries:
                self._take(entry)
            await asyncio.sleep(0)

    async def _next(self, client: redis.asyncio.Redis) -> Sequence[Entry]:
        """From the last one that was read, which must still stand there as it was, on."""
        newest = _entries(await client.xrevrange(self._stream, count=1))
        if not newest or newest[0] == self._last:
            return []
        if self._last is None or _epoch(newest[0]) != _epoch(self._last):
            self._last = None
            return _entries(await client.xrange(self._stream, count=ENTRIES_AT_ONCE))
        entries = _entries(await client.xrange(self._stream, min=self._last[0], count=ENTRIES_AT_ONCE))
        if not entries or _epoch(entries[0]) != _epoch(self._last):
            return []  # meanwhile an epoch began, or Redis went back and one must begin
        if entries[0] == self._last:
            return entries[1:]
        self._skip(entries[0])
        return entries

    def _skip(self, entry: Entry) -> None:
        """What was read last does not stand before this entry any more: it was trimmed, or it was replaced."""
        first, last = _first_seq(entry), 0 if self._last is None else _seq(self._last)
        if first <= last:
            self.reception.faults.append(f"stream: seq {first} to {last} were given out twice in one epoch")
        self.outruns += 1
        self.reception.connected()

    def _take(self, entry: Entry) -> None:
        if self._last is None and _first_seq(entry) > 1:
            self._skip(entry)
        self._last = entry
        for message in split(entry[1][b"messages"]):
            self.reception.hear(message)
        if self.reception.segment.last_seq != _seq(entry):
            self.reception.faults.append(f"stream: entry {entry[0]!r} ends with {self.reception.segment.last_seq}")


def _entries(found: object) -> list[Entry]:
    return cast("list[Entry]", found or [])


def _epoch(entry: Entry) -> bytes:
    return entry[1][b"epoch"]


def _first_seq(entry: Entry) -> int:
    return seq_of(split(entry[1][b"messages"])[0]) or 0


def _seq(entry: Entry) -> int:
    return int(entry[0].partition(b"-")[0])
