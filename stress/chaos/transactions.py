"""Random transactions over a bounded set of rows, thought out before they are written. Chance is an argument.

What a statement finds decides what it changes: an insert makes those of its rows that are gone, an update and a delete
change those that are there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import count
from random import Random


class Verb(Enum):
    """What a statement does to its rows; the value names its file."""

    INSERT = "insert"
    COPY = "copy"
    UPDATE = "update"
    DELETE = "delete"


class Ending(Enum):
    """How a transaction ends."""

    COMMIT = "COMMIT"
    ROLLBACK = "ROLLBACK"
    COMMIT_PREPARED = "COMMIT PREPARED %s"
    ROLLBACK_PREPARED = "ROLLBACK PREPARED %s"

    @property
    def is_kept(self) -> bool:
        return self in {Ending.COMMIT, Ending.COMMIT_PREPARED}

    @property
    def is_prepared(self) -> bool:
        return self in {Ending.COMMIT_PREPARED, Ending.ROLLBACK_PREPARED}


class Habit(Enum):
    """What kind of transactions a writer writes."""

    BRISK = "brisk"
    """Short ones."""
    SLOW = "slow"
    """Ones that stay open for a while."""
    TWO_PHASE = "two-phase"
    """Prepared ones, with the ring switched off."""


class Tide(Enum):
    """How much is written just now: the leader must fall behind, and must fall asleep."""

    FLOOD = "flood"
    EBB = "ebb"
    SLACK = "slack"


@dataclass(frozen=True, slots=True)
class Statement:
    """One that writes. `is_counted`: the ledger's entry is part of it, by WITH; else it is a statement of its own."""

    verb: Verb
    rows: Sequence[int]
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Savepoint:
    """Statements after a savepoint, to which is rolled back or not."""

    statements: Sequence[Statement]
    is_rolled_back: bool


@dataclass(frozen=True, slots=True)
class Transaction:
    """From BEGIN to its end."""

    parts: Sequence[Savepoint | Statement]
    ending: Ending
    isolation: str
    is_synchronous: bool
    open_seconds: float
    """Between its last statement and its end, or between its two phases."""


FLOOD_SECONDS, EBB_SECONDS, SLACK_SECONDS = 2.0, 1.2, 0.4
CYCLE_SECONDS = FLOOD_SECONDS + EBB_SECONDS + SLACK_SECONDS
RELAXED_EVERY = 3
"""Of so many cycles one is written with synchronous_commit off."""
SHARE_OF_BRISK = 0.8
"""Of the rows, in front; behind them come those of the slow writers, and of the two-phase ones."""
BULK = 0.02
"""Of brisk transactions change more rows than one batch of the listener's takes."""
VERBS, WEIGHTS = [Verb.UPDATE, Verb.INSERT, Verb.DELETE, Verb.COPY], [8, 3, 2, 1]
ISOLATIONS, ISOLATION_WEIGHTS = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"], [8, 1, 1]


def tide(seconds: float) -> Tide:
    """At this time since the start."""
    into = seconds % CYCLE_SECONDS
    if into < FLOOD_SECONDS:
        return Tide.FLOOD
    return Tide.EBB if into < FLOOD_SECONDS + EBB_SECONDS else Tide.SLACK


def numbers(writer: int) -> "count[int]":
    """Of one writer's transactions: no two writers share one."""
    return count(writer * 1_000_000_000 + 1)


def is_relaxed(seconds: float) -> bool:
    """Whether nobody waits for the disk at this time since the start: then a crash takes committed changes back."""
    return int(seconds / CYCLE_SECONDS) % RELAXED_EVERY == RELAXED_EVERY - 1


def transaction(random: Random, habit: Habit, now: Tide, rows: int, *, relaxed: bool = False) -> Transaction:
    """The next one of a writer with this habit, in a table of so many rows."""
    if habit is Habit.BRISK and now is Tide.FLOOD and random.random() < BULK:
        return _bulk(random, rows, relaxed=relaxed)
    pool = _pool(random, habit, now, rows)
    return Transaction(
        parts=_parts(random, pool, 1 if now is Tide.EBB else 4),
        ending=_ending(random, habit),
        isolation=random.choices(ISOLATIONS, ISOLATION_WEIGHTS)[0],
        is_synchronous=not relaxed and random.random() < 0.8,
        open_seconds=_open_seconds(random, habit),
    )


def _bulk(random: Random, rows: int, *, relaxed: bool) -> Transaction:
    size = int(rows * random.uniform(0.7, 1.0) * SHARE_OF_BRISK)
    first = random.randrange(int(rows * SHARE_OF_BRISK) - size + 1)
    verb = random.choice([Verb.UPDATE, Verb.UPDATE, Verb.INSERT])
    statement = Statement(verb, range(first, first + size), is_counted=True)
    return Transaction([statement], Ending.COMMIT, "READ COMMITTED", is_synchronous=not relaxed, open_seconds=0.0)


def _pool(random: Random, habit: Habit, now: Tide, rows: int) -> list[int]:
    """The rows that the transaction is about. Those whose locks it holds for long are mostly nobody else's."""
    brisk, own = int(rows * SHARE_OF_BRISK), int(rows * (1 - SHARE_OF_BRISK) / 2)
    size = 1 if now is Tide.EBB else random.choice([1, 1, 3, 10, 30, 100])
    if habit is Habit.BRISK:
        return sorted(random.sample(range(brisk), size))
    first = brisk if habit is Habit.SLOW else brisk + own
    shared = [random.randrange(brisk)] if random.random() < 0.3 else []
    return sorted([*shared, *random.sample(range(first, first + own), min(size, own))])


def _parts(random: Random, pool: Sequence[int], at_most: int) -> list[Savepoint | Statement]:
    parts: list[Savepoint | Statement] = []
    for _ in range(random.randint(1, at_most)):
        if random.random() < 0.2:
            statements = [_statement(random, pool) for _ in range(random.randint(1, 2))]
            parts.append(Savepoint(statements, is_rolled_back=random.random() < 0.5))
        else:
            parts.append(_statement(random, pool))
    return parts


def _statement(random: Random, pool: Sequence[int]) -> Statement:
    rows = sorted(random.sample(pool, random.randint(1, len(pool))))
    return Statement(random.choices(VERBS, WEIGHTS)[0], rows, is_counted=random.random() < 0.5)


def _ending(random: Random, habit: Habit) -> Ending:
    is_kept = random.random() < 0.9
    if habit is Habit.TWO_PHASE:
        return Ending.COMMIT_PREPARED if is_kept else Ending.ROLLBACK_PREPARED
    return Ending.COMMIT if is_kept else Ending.ROLLBACK


def _open_seconds(random: Random, habit: Habit) -> float:
    if habit is Habit.BRISK:
        return 0.0
    return random.choice([0.0, 0.05, 0.3, 2.0])
