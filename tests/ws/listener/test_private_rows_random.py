"""Rows of users by chance, read by a listener that dies anywhere, over a Redis that forgets: nobody misses any of his.

The followers think as the gateway does, and look at what Redis has now and then.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from random import Random, SystemRandom
from typing import Any

import pytest
import redis

from tests.ws.listener.change_log import ChangeLog
from tests.ws.listener.conftest import MakeReader
from tests.ws.listener.letters import NAMES, Letters
from tests.ws.listener.steps import PREFIX
from ws.gateway.position import NOWHERE, Entry, Position, Reading
from ws.listener import batches
from ws.listener.publication import TrimmedError
from ws.listener.step import RefusedError
from ws.wire.channels import cursor_key, head_key, stream_key
from ws.wire.message import split

STEPS = 200
SEEDS = [*range(6), int(os.environ.get("SEED") or SystemRandom().randrange(10**9))]
"""Always the same, and one that is not; SEED is it, again."""
WEIGHTS = {
    "write one": 30,
    "write many": 10,
    "read": 20,
    "die": 6,
    "look": 14,
    "change as a whole": 2,
    "forget a channel": 8,
    "lose the cursor": 5,
    "trim": 2,
}


class Follower:
    """Of one user's channel: what his page shows."""

    def __init__(self, letters: Letters, server: redis.Redis, name: str) -> None:
        self._letters, self._server, self.name = letters, server, name
        self._channel = letters.place.user(name)
        self._reading = Reading()
        self._reading.joined(self._head())
        self._numbers: set[tuple[bytes, int]] = set()
        self.shown: set[str] = set()
        self._refetch()

    def look(self) -> None:
        """Whatever is there."""
        is_done = not self._reading.asks("poll")
        while not is_done:
            finding = self._reading.answered(self._head(), self._entries())
            if finding.gap is not None:
                self._refetch()
            for text in (text for chunk in finding.chunks for text in split(chunk)):
                self._take(json.loads(text))
            is_done = finding.is_done

    def _take(self, message: dict[str, object]) -> None:
        assert self._reading.position is not None
        number = (self._reading.position.epoch, int(str(message["seq"])))
        assert number not in self._numbers, "a number was given twice"
        self._numbers.add(number)
        if message["status"] == "resync":
            self._refetch()
        else:
            self.shown.add(str(message["uuid"]))

    def _refetch(self) -> None:
        self.shown = set(self._letters.written[self.name])

    def _head(self) -> Position:
        found: Any = self._server.hmget(head_key(PREFIX, self._channel), "epoch", "seq")
        epoch, seq = found
        return Position(epoch, int(seq)) if epoch else NOWHERE

    def _entries(self) -> list[Entry]:
        assert self._reading.position is not None
        stream = stream_key(PREFIX, self._channel)
        found: Any = self._server.xread({stream: f"{self._reading.position.seq}-0"}, count=2)
        return [
            Entry(fields[b"epoch"], int(entry.partition(b"-")[0]), fields[b"messages"])
            for _, entries in found
            for entry, fields in entries
        ]


class World:
    """What may happen."""

    def __init__(self, letters: Letters, log: ChangeLog, server: redis.Redis, chance: Random) -> None:
        self._letters, self._log, self._server, self._chance = letters, log, server, chance
        self.followers = [Follower(letters, server, name) for name in NAMES.values()]
        self._number = 0
        self.acts: dict[str, Callable[[], None]] = {
            "write one": lambda: self._write(1),
            "write many": lambda: self._write(chance.randint(2, 7)),
            "read": self.read,
            "die": lambda: self._settled(lambda: letters.reader.die(0, chance.randint(0, 3))),
            "look": lambda: chance.choice(self.followers).look(),
            "change as a whole": lambda: void(log.tell(None, status="resync")),
            "forget a channel": self._forget,
            "lose the cursor": lambda: void(server.delete(cursor_key(PREFIX, letters.reader.publication.source.owner))),
            "trim": lambda: void(log.ask("UPDATE rowcast_state SET trimmed = trimmed + 1")),
        }

    def read(self) -> None:
        self._settled(self._letters.reader.read)

    def _settled(self, act: Callable[[], None]) -> None:
        """As a candidate does: who is refused looks again."""
        for _ in range(3):
            with suppress(RefusedError, TrimmedError):
                act()
                return
            self._letters.reader.resume()

    def _write(self, count: int) -> None:
        self._number += 1
        self._letters.write(f"{self._number}", *self._chance.choices([5, 6, None, 7], k=count))

    def _forget(self) -> None:
        """A day after the last message: who follows has seen that long ago."""
        for follower in self.followers:
            follower.look()
        channel = self._letters.place.user(self._chance.choice(list(NAMES.values())))
        keys = [head_key(PREFIX, channel), stream_key(PREFIX, channel)]
        self._server.delete(*self._chance.choice([keys, keys[:1], keys[1:]]))


def void(_: object) -> None:
    """What is done is enough."""


@pytest.fixture
def letters(log: ChangeLog, make_reader: MakeReader, server: redis.Redis) -> Iterator[Letters]:
    """Followed by everybody, as by a gateway."""
    made = Letters(log, make_reader, server)
    with closing(server.pubsub()) as subscription:  # type: ignore[no-untyped-call]
        for name in NAMES.values():
            subscription.subscribe(made.place.user(name))
            assert subscription.get_message(timeout=15.0)["type"] == "subscribe"
        yield made


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_misses_any_of_his_rows(
    letters: Letters, log: ChangeLog, server: redis.Redis, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = Random(seed)
    world = World(letters, log, server, chance)
    for name in chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=STEPS):
        monkeypatch.setattr(batches, "BATCH_MESSAGES", chance.choice([1, 2, 3, 100]))
        letters.reader.rows_at_once = chance.choice([1, 2, 100])
        world.acts[name]()
    world.read()
    for follower in world.followers:
        follower.look()
        assert follower.shown == set(letters.written[follower.name])
