"""As much of PostgreSQL as the doorbell needs, small enough to see all of it: transactions that write to the log.

A writer is a script of operations, each of them a step that nothing can divide. A commit is three: its rows become
visible, its locks go, its rings are delivered; that is PostgreSQL's order (CommitTransaction in xact.c).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from ws.listener.doorbell import START, Step


class Op(Enum):
    """What a writer does in one step."""

    INSERT = auto()
    TRY = auto()
    """ASLEEP, shared."""
    BACK = auto()
    """Gives it back; rings if it did not get it."""
    SAVE = auto()
    ROLL_BACK_TO = auto()
    ROLL_BACK = auto()
    PREPARE = auto()
    SHOW = auto()
    RELEASE = auto()
    RING = auto()


Script = tuple[Op, ...]
LOOK: Script = (Op.TRY, Op.BACK)
COMMIT: Script = (Op.SHOW, Op.RELEASE, Op.RING)
"""Of a transaction that was prepared, too."""
CANCELLABLE = {Op.INSERT, Op.TRY, Op.SAVE, Op.ROLL_BACK_TO, Op.PREPARE, Op.SHOW}


class Holder(Enum):
    """Another session that has ASLEEP and never lets go."""

    NOBODY = auto()
    SHARED = auto()
    """A leak."""
    EXCLUSIVE = auto()
    """A leader who hangs."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """How it looks, and the ways that D1, D2 and D4 call wrong."""

    looks_first: bool = False
    is_two_statements: bool = False
    """A cancel can come between try and give-back."""
    rings_if_it_got_it: bool = False
    is_silent: bool = False
    """`rowcast.ring` is off."""

    def statement(self) -> Script:
        """One that changes a row."""
        return (*LOOK, Op.INSERT) if self.looks_first else (Op.INSERT, *LOOK)


class Writer(NamedTuple):
    """A session with one transaction; all at their defaults before it, and after it but for a leak."""

    at: int = 0
    rows: bool = False
    rings: bool = False
    holds_log: bool = False
    holds_asleep: bool = False
    xid: int = 0
    saved: tuple[bool, bool, bool] | None = None


class World(NamedTuple):
    """Everything."""

    writers: tuple[Writer, ...]
    step: Step = START
    has_asleep: bool = False
    """The leader."""
    waits_for_asleep: bool = False
    ear: bool = False
    """A ring has been delivered and not taken up."""
    unread: frozenset[int] = frozenset()
    """Writers with rows that are visible and were not drained."""
    note: frozenset[str] | int | None = None
    """What a wrong leader has written down."""
    next_xid: int = 1
    completed_xid: int = 0
    starts: int = 1

    def with_writer(self, number: int, writer: Writer) -> "World":
        return self._replace(writers=(*self.writers[:number], writer, *self.writers[number + 1 :]))

    def writing(self) -> frozenset[str]:
        """The transactions that hold a lock on the log, by name."""
        return frozenset(str(number) for number, writer in enumerate(self.writers) if writer.holds_log)

    def xmin(self) -> int:
        """The oldest transaction that runs, or the next one."""
        return min((writer.xid for writer in self.writers if writer.xid), default=self.next_xid)


@dataclass(frozen=True, slots=True)
class Postgres:
    """The writers' part of a setup."""

    scripts: tuple[Script, ...]
    trigger: Trigger = Trigger()
    holder: Holder = Holder.NOBODY
    cancels: bool = False
    """Any transaction may be cancelled between two of its steps."""
    counts_xids: bool = False
    """Whether transaction ids have an order; most leaders don't ask, and there are fewer worlds without."""

    def start(self) -> World:
        return World(tuple(Writer() for _ in self.scripts))

    def is_at_rest(self, world: World) -> bool:
        """Whether each transaction is over or has not begun."""
        return all(writer.at in {0, len(script)} for writer, script in zip(world.writers, self.scripts, strict=True))

    def is_taken_from_leader(self, world: World) -> bool:
        """Whether ASLEEP can't be had exclusively."""
        return self.holder is not Holder.NOBODY or any(writer.holds_asleep for writer in world.writers)

    def moves(self, world: World) -> Iterator[tuple[str, World]]:
        """What any writer may do next."""
        for number, script in enumerate(self.scripts):
            if world.writers[number].at < len(script):
                yield from self._moves_of(world, number)

    def _moves_of(self, world: World, number: int) -> Iterator[tuple[str, World]]:
        script, writer = self.scripts[number], world.writers[number]
        op = script[writer.at]
        yield f"writer {number}: {op.name}", self._does(world, number, op)
        leaks = op is Op.BACK and self.trigger.is_two_statements and writer.holds_asleep
        if leaks or (self.cancels and op in CANCELLABLE and Op.PREPARE not in script[: writer.at]):
            yield f"writer {number}: cancelled before {op.name}", self._ended(world, number)

    def _does(self, world: World, number: int, op: Op) -> World:
        writer = world.writers[number]
        moved = writer._replace(at=writer.at + 1)
        match op:
            case Op.INSERT:
                if not writer.xid:
                    moved = moved._replace(xid=world.next_xid)
                    world = world._replace(next_xid=world.next_xid + self.counts_xids)
                moved = moved._replace(rows=True, holds_log=True)
            case Op.TRY:
                is_free = not (world.has_asleep or world.waits_for_asleep or self.holder is Holder.EXCLUSIVE)
                moved = moved._replace(holds_asleep=is_free)
            case Op.BACK:
                rings = (writer.holds_asleep is self.trigger.rings_if_it_got_it) and not self.trigger.is_silent
                moved = moved._replace(holds_asleep=False, rings=writer.rings or rings)
            case Op.SAVE:
                moved = moved._replace(saved=(writer.rows, writer.rings, writer.holds_log))
            case Op.ROLL_BACK_TO:
                assert writer.saved is not None
                rows, rings, holds_log = writer.saved
                moved = moved._replace(rows=rows, rings=rings, holds_log=holds_log)
            case _:
                return self._ends(world, number, op, moved)
        return world.with_writer(number, moved)

    def _ends(self, world: World, number: int, op: Op, moved: Writer) -> World:
        if op is Op.ROLL_BACK or (op is Op.PREPARE and moved.rings):
            return self._ended(world, number)
        if op is Op.SHOW:
            unread = world.unread | {number} if moved.rows else world.unread
            world = world._replace(unread=unread, completed_xid=self._completed(world, moved))
            moved = moved._replace(rows=False, xid=0, saved=None)
        if op is Op.RELEASE:
            moved = moved._replace(holds_log=False)
            if not moved.rings:
                return self._ended(world, number)
        if op is Op.RING:
            return self._ended(world._replace(ear=True), number)
        return world.with_writer(number, moved)

    def _ended(self, world: World, number: int) -> World:
        """The transaction is over; a lock of the session that was not given back stays."""
        writer = world.writers[number]
        world = world._replace(completed_xid=self._completed(world, writer))
        return world.with_writer(number, Writer(at=len(self.scripts[number]), holds_asleep=writer.holds_asleep))

    def _completed(self, world: World, writer: Writer) -> int:
        return max(world.completed_xid, writer.xid) if self.counts_xids else 0
