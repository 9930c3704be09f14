"""Random transactions on a real PostgreSQL, read by a reader that is stopped and begun anew anywhere."""

import json
import os
from random import Random, SystemRandom
from typing import Any

import pytest

from tests.ws.listener.change_log import ChangeLog
from tests.ws.listener.random_writers import KEYS, Act, RandomWriters
from tests.ws.listener.reader import Reader
from ws.listener import batches, carrier
from ws.wire.message import seq_of

WRITERS = 4
STEPS = 300
SEEDS = [*range(8), 717443416, int(os.environ.get("SEED") or SystemRandom().randrange(10**9))]
"""Always the same, and one that is not; SEED is it, again. One of these found what the others had not."""
WEIGHTS = {
    "write one": 40,
    "write many": 12,
    "set savepoint": 6,
    "roll back to savepoint": 4,
    "commit": 14,
    "roll back": 4,
    "prepare": 3,
    "end prepared": 4,
    "use up a transaction id": 4,
    "read": 5,
    "read a part": 8,
    "die": 3,
}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_committed_change_is_published_once_in_the_order_of_its_rows_commits(
    log: ChangeLog, reader: Reader, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = Random(seed)
    writers = RandomWriters(log, [log.connect() for _ in range(WRITERS)])
    own: dict[str, Act] = {"read": reader.read, "read a part": reader.read_part, "die": reader.die}
    acts = {**writers.acts, **own}
    for name in chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=STEPS):
        monkeypatch.setattr(batches, "BATCH_MESSAGES", chance.choice([1, 2, 3, 5, 100, 100]))
        monkeypatch.setattr(carrier, "FETCH_ROWS_AT_FIRST", chance.randint(1, 4))
        reader.rows_at_once = chance.choice([1, 2, 5, 100, 100])
        acts[name](chance.randrange(WRITERS), chance.randrange(12))
    writers.end()
    reader.read()
    assert of_each_key(published(reader)) == of_each_key(writers.committed)


def published(reader: Reader) -> list[tuple[int, int]]:
    """Each change as key and number, in their order."""
    found = reader.streamed()
    assert [seq_of(message) for message in found] == list(range(1, len(found) + 1))
    told: list[dict[str, Any]] = [json.loads(message) for message in found]
    assert {message["status"] for message in told[1:]} <= {"updated"}, "one epoch, from the first to the last"
    return [(int(message["uuid"]), message["carried"]["n"]) for message in told[1:]]


def of_each_key(changes: list[tuple[int, int]]) -> list[list[int]]:
    return [[number for key, number in changes if key == which] for which in range(KEYS)]
