"""How the leader falls asleep and wakes, so that no change is left unread. Pure: the loop does the steps.

Comes in: a step's outcome. Goes out: the next step. The promise (PROTOCOL.md, D1, D3 to D5): while the loop sleeps and
no ring is under way, no committed change is unread, but for those written with the ring switched off. It rests on this:
a trigger inserts before it looks, so a transaction that looked before `Take` holds its lock on the log when `Fence`
looks, and one that looked later rings; and a transaction's rows are visible before its locks are gone.

    step = START
    while True:
        match step:
            case Drain(): step = step.drained(rows, now)
            …

Rings are taken up by `Wait` and `Sleep` only; one that comes during another step stays until then.
"""

from dataclasses import dataclass, replace
from enum import Enum
from math import inf

BUSY_ROWS_PER_SECOND = 300.0
"""Above this we stay awake. A ring holds a lock of the whole database until its commit is on disk, and its answer costs
us three statements; as much as the looks between two rows that come 3 ms apart. Below it, a change that rings is told
sooner than one that waits for the end of a pause."""
BUSY_LEVEL = 15.0
"""So many log rows beyond that rate make it busy: a few rows of one commit are no traffic, 20 ms at 1000 rows/s are."""
LEVEL_AT_MOST = 36.0
"""What was written long ago keeps nobody awake: after the last row it is busy for (36 - 15) / 300 s, 70 ms, at most."""
FIRST_PAUSE_SECONDS = 0.001
LONGEST_PAUSE_SECONDS = 0.010
"""Between two looks while it is busy: how much later a change may be told then. For each row of the last look a
millisecond, so that from 1000 rows/s on they gather; without news, doubling."""
PAUSES_AT_MOST = 12
"""In a row without news, over 90 ms: longer than it stays busy, so that falling asleep needs no clock that moves."""
FULL_DRAIN_ROWS = 500
"""Who read so many is behind, and reads on without a pause."""
FIRST_LOOK_SECONDS = 0.005
LONGEST_LOOK_SECONDS = 0.250
"""Between two looks at the fence, or two tries of ASLEEP, doubling (D5): an open transaction must not make us spin."""
LOOK_AROUND_SECONDS = 0.1
"""Between two looks for a crowd: they cost more than the answers to rings, after which they come."""
CROWD = 2
"""Transactions in the middle of a write when a ring was answered. Their rings, by waiting for each other's disk, may
have slowed them to a rate that looks like no traffic; how fast they are shows only while we are awake."""
FINDS_AT_MOST = 3
"""Drains with news while falling asleep; more means a crowd, too."""
REFUSALS_BY_CHANCE = 3
"""A trigger's own look holds ASLEEP for a microsecond. Who is refused more often in a row meets a holder that stays."""
RING_DUE_SECONDS = 0.050
"""By then the writer has signalled who listens: right after the commit. What was signalled is asked for then."""


class Cause(Enum):
    """Why the listener wakes. A ring alone is answered without."""

    TRAFFIC = "traffic"
    POLL = "the safety poll, which found rows for which no ring came"


class Pause(Enum):
    """What the listener waits for."""

    LINGER = "more of the same traffic"
    BLOCKED = "ASLEEP, which another session holds"
    FENCED = "transactions that may have looked before ASLEEP was taken"
    RING_DUE = "the ring of what the safety poll found"


@dataclass(frozen=True, slots=True)
class Traffic:
    """A bucket of log rows that leaks at `BUSY_ROWS_PER_SECOND`: it fills while more than that come."""

    level: float = 0.0
    at: float = 0.0

    def after(self, rows: int, now: float) -> "Traffic":
        """With so many more at `now`, in seconds of any clock that never goes back."""
        left = max(0.0, self.level - (now - self.at) * BUSY_ROWS_PER_SECOND)
        return Traffic(min(left + rows, LEVEL_AT_MOST), now)

    @property
    def is_busy(self) -> bool:
        return self.level > BUSY_LEVEL


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered from step to step."""

    traffic: Traffic = Traffic()
    pauses: int = 0
    """In a row, after the last drain with news."""
    looked_at: float = -inf
    """For a crowd."""
    refusals: int = 0
    """Of ASLEEP, in a row."""

    def after(self, rows: int, now: float) -> "Memory":
        """Of a drain."""
        traffic = self.traffic.after(rows, now)
        return replace(self, traffic=traffic, pauses=0 if rows else self.pauses)

    def stirred(self) -> "Memory":
        """To be as busy as can be."""
        return replace(self, traffic=replace(self.traffic, level=LEVEL_AT_MOST))


@dataclass(frozen=True, slots=True)
class Descent:
    """On the way to sleep, with ASLEEP in hand. The fence has passed when nobody is left in it."""

    fence: frozenset[str] = frozenset()
    looks: int = 0
    finds: int = 0
    is_answer: bool = False
    """To a ring, and so back to sleep: we had ASLEEP all the time, and whoever wrote meanwhile has rung, or will."""


@dataclass(frozen=True, slots=True)
class Drain:
    """Read and publish every log row that is visible now."""

    memory: Memory = Memory()
    descent: Descent | None = None

    def drained(self, rows: int, now: float) -> "Step":
        """So many log rows were read."""
        memory = self.memory.after(rows, now)
        if self.descent is None:
            return _next_awake(memory, rows)
        descent = replace(self.descent, finds=self.descent.finds + (rows > 0))
        if rows and (memory.traffic.is_busy or descent.finds > FINDS_AT_MOST):
            return Wake(memory.stirred(), Cause.TRAFFIC)
        if descent.fence:
            return Still(memory, descent)
        if rows and descent.is_answer and now - memory.looked_at >= LOOK_AROUND_SECONDS:
            return Crowd(replace(memory, looked_at=now))
        return Sleep(memory)


@dataclass(frozen=True, slots=True)
class Take:
    """Try ASLEEP, exclusively, for the session. Never wait for it: a queued request fails the triggers' tries (D3)."""

    memory: Memory

    def taken(self, *, is_ours: bool) -> "Fence | Wait":
        if is_ours:
            return Fence(replace(self.memory, refusals=0))
        seconds = _look_seconds(self.memory.refusals)
        return Wait(seconds, Pause.BLOCKED, replace(self.memory, refusals=self.memory.refusals + 1))


@dataclass(frozen=True, slots=True)
class Fence:
    """Look, in a statement after the one that took ASLEEP, who is in the middle of a write (D4): the virtual ids of all
    transactions that hold RowExclusiveLock on the log, prepared ones included.
    """

    memory: Memory

    def drawn(self, transactions: frozenset[str]) -> Drain:
        return Drain(self.memory, Descent(transactions))


@dataclass(frozen=True, slots=True)
class Still:
    """Look which transactions of `descent.fence` hold their lock still."""

    memory: Memory
    descent: Descent

    def found(self, transactions: frozenset[str]) -> "Drain | Wait":
        """These hold it; whoever began later rings, and does not count."""
        descent = replace(self.descent, fence=self.descent.fence & transactions, looks=self.descent.looks + 1)
        if not descent.fence:
            return Drain(self.memory, descent)
        return Wait(_look_seconds(self.descent.looks), Pause.FENCED, self.memory, descent)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Look who is in the middle of a write, as for the fence, now that a ring was answered."""

    memory: Memory

    def seen(self, transactions: frozenset[str]) -> "Sleep | Wake":
        if len(transactions) < CROWD:
            return Sleep(self.memory)
        return Wake(self.memory.stirred(), Cause.TRAFFIC)


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait for a ring, for `seconds` at most."""

    seconds: float
    pause: Pause
    memory: Memory
    descent: Descent | None = None

    @property
    def is_blocked(self) -> bool:
        """Whether a session holds ASLEEP that does not let go, whose pid should be logged."""
        return self.pause is Pause.BLOCKED and self.memory.refusals > REFUSALS_BY_CHANCE

    def waited(self, *, rang: bool) -> "Drain | Wake":
        if self.pause is Pause.RING_DUE and not rang:
            return Wake(self.memory, Cause.POLL)
        return Drain(self.memory, self.descent)


@dataclass(frozen=True, slots=True)
class Wake:
    """Give ASLEEP back."""

    memory: Memory
    cause: Cause

    def woken(self) -> Drain:
        return Drain(self.memory)


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait for a ring, or until a heartbeat's poll has found rows that are unread."""

    memory: Memory

    def slept(self, *, rang: bool, found: bool) -> "Drain | Wait | Sleep":
        """Neither: it was a heartbeat, and sleep goes on."""
        answer = Descent(is_answer=True)
        if rang:
            return Drain(self.memory, answer)
        return Wait(RING_DUE_SECONDS, Pause.RING_DUE, self.memory, answer) if found else self


Step = Drain | Take | Fence | Still | Crowd | Wait | Wake | Sleep

START = Drain()
"""Once LISTEN is acknowledged, with ASLEEP not in hand: at first, and on every new connection."""


def _next_awake(memory: Memory, rows: int) -> Step:
    if rows >= FULL_DRAIN_ROWS:
        return Drain(memory)
    if memory.traffic.is_busy and memory.pauses < PAUSES_AT_MOST:
        seconds = min(FIRST_PAUSE_SECONDS * max(rows, 2.0**memory.pauses), LONGEST_PAUSE_SECONDS)
        return Wait(seconds, Pause.LINGER, replace(memory, pauses=memory.pauses + 1))
    return Take(memory)


def _look_seconds(looks: int) -> float:
    """After so many without success."""
    return min(FIRST_LOOK_SECONDS * 2.0 ** min(looks, 16), LONGEST_LOOK_SECONDS)
