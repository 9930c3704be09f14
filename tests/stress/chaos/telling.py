"""A faithful pipeline, told to a reception: what was committed, in messages, over connections and epochs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from stress.chaos.changes import MODEL, RowChange, key, project
from stress.chaos.ledger import Ledger
from stress.chaos.reception import Reception

ROWS = 5


@dataclass(frozen=True, slots=True)
class Tale:
    """Changes as they were committed, and the texts that tell them, each with its seq."""

    ledger: Ledger
    changes: Sequence[RowChange]
    texts: Sequence[str]

    def seen(self, changes: int) -> list[int]:
        """What a refetch finds after so many of them."""
        numbers = [0] * ROWS
        for change in self.changes[:changes]:
            numbers[change.row] = change.number
        return numbers


def tale(random: Random, length: int) -> Tale:
    """Random changes of a few rows."""
    ledger, numbers, changes = Ledger(ROWS), [0] * ROWS, []
    for transaction in range(length):
        row = random.randrange(ROWS)
        numbers[row] += 1
        status = random.choice(["updated", "deleted"]) if numbers[row] > 1 else "created"
        changes.append(RowChange(row, numbers[row], status))
        ledger.add(transaction, status, [row], [numbers[row]])
    return Tale(ledger, changes, [text(change, seq) for seq, change in enumerate(changes, 1)])


def text(change: RowChange, seq: int) -> str:
    """Its message."""
    version = project(change.number - (change.status == "deleted"))
    uuid = key(change.row).replace("-", "")
    return json.dumps({"status": change.status, "model": MODEL, "uuid": uuid, "project": version, "seq": seq})


def announcement(epoch: str) -> str:
    return json.dumps({"status": "resync", "model": MODEL, "uuid": None, "epoch": epoch, "seq": 1})


def connected(seen: Sequence[int], kept: str | None = None) -> Reception:
    """A client that has just looked."""
    reception = Reception("client")
    segment = reception.connected()
    if kept is not None:
        reception.keep(kept)
    segment.seen = seen
    return reception


def hear(reception: Reception, texts: Sequence[str]) -> Reception:
    for told in texts:
        reception.hear(told)
    return reception
