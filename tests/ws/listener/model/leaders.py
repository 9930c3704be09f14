"""The leader's loop in the model's world, around the machine that really runs; and the loops that are wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from math import inf

from tests.ws.listener.model.small_postgres import Postgres, World
from ws.listener.doorbell import (
    FULL_DRAIN_ROWS,
    LEVEL_AT_MOST,
    Crowd,
    Drain,
    Fence,
    Pause,
    Sleep,
    Step,
    Still,
    Take,
    Traffic,
    Wait,
    Wake,
)

LONG = 10.0
"""Seconds after which traffic is forgotten."""
BUSY = FULL_DRAIN_ROWS - 1
Moves = Iterator[tuple[str, World]]


@dataclass(frozen=True, slots=True)
class Leader:
    """As the protocol wants it."""

    polls: bool = False
    """While it sleeps, a heartbeat may look for rows."""
    meets_traffic: bool = False
    """A writer's rows may be one or a thousand, and time may pass or not."""
    starts_at_most: int = 1

    def moves(self, postgres: Postgres, world: World) -> Moves:
        """What it may do next."""
        if isinstance(world.step, Take):
            yield from self.take(postgres, world, world.step)
        else:
            yield from self.does(world)
        if world.starts < self.starts_at_most:
            yield "leader: starts again", World(world.writers, unread=world.unread, starts=world.starts + 1)

    def does(self, world: World) -> Moves:
        """Its step, which depends on no other session's lock."""
        match world.step:
            case Drain():
                yield from self.drain(world, world.step)
            case Fence():
                yield from self.fence(world, world.step)
            case Still():
                yield self.still(world, world.step)
            case Crowd():
                yield self.crowd(world, world.step)
            case Wait():
                yield self.wait(world, world.step)
            case Wake():
                yield self.wake(world, world.step)
            case Sleep():
                yield from self.sleep(world, world.step)

    def drain(self, world: World, step: Drain) -> Moves:
        drained = world._replace(unread=frozenset())
        rows = len(world.unread)
        now = step.memory.traffic.at
        yield f"leader: drains {rows}", went(drained, step.drained(rows, now + LONG))
        if self.meets_traffic and (rows or step.memory.traffic.level):
            yield f"leader: drains {rows} at once", went(drained, step.drained(rows, now))
        if self.meets_traffic and rows:
            for many in (BUSY, FULL_DRAIN_ROWS):
                yield f"leader: drains {many}", went(drained, step.drained(many, now))

    def take(self, postgres: Postgres, world: World, step: Take) -> Moves:
        is_ours = not postgres.is_taken_from_leader(world)
        yield f"leader: tries ASLEEP, {is_ours}", went(world._replace(has_asleep=is_ours), step.taken(is_ours=is_ours))

    def fence(self, world: World, step: Fence) -> Moves:
        writing = world.writing()
        yield f"leader: draws the fence around {sorted(writing)}", went(world, step.drawn(writing))

    def still(self, world: World, step: Still) -> tuple[str, World]:
        writing = world.writing()
        return f"leader: still writing, {sorted(writing)}", went(world, step.found(writing))

    def crowd(self, world: World, step: Crowd) -> tuple[str, World]:
        writing = world.writing()
        return f"leader: sees a crowd, {sorted(writing)}", went(world, step.seen(writing))

    def wait(self, world: World, step: Wait) -> tuple[str, World]:
        rang = world.ear
        return f"leader: waits, {'a ring' if rang else 'no ring'}", went(
            world._replace(ear=False), step.waited(rang=rang)
        )

    def wake(self, world: World, step: Wake) -> tuple[str, World]:
        return f"leader: wakes by {step.cause.name}", went(world._replace(has_asleep=False), step.woken())

    def sleep(self, world: World, step: Sleep) -> Moves:
        if world.ear:
            yield "leader: hears a ring", went(world._replace(ear=False), step.slept(rang=True, found=False))
        elif self.polls and world.unread:
            yield "leader: polls", went(world, step.slept(rang=False, found=True))


class WithoutFence(Leader):
    def fence(self, world: World, step: Fence) -> Moves:
        yield "leader: draws no fence", went(world, step.drawn(frozenset()))


class FenceBeforeLock(Leader):
    """The fence is drawn in an earlier statement than the lock is taken in."""

    def take(self, postgres: Postgres, world: World, step: Take) -> Moves:
        if world.note is None:
            yield f"leader: notes {sorted(world.writing())}", world._replace(note=world.writing())
        else:
            yield from super().take(postgres, world, step)

    def fence(self, world: World, step: Fence) -> Moves:
        assert isinstance(world.note, frozenset)
        yield f"leader: recalls {sorted(world.note)}", went(world._replace(note=None), step.drawn(world.note))


class FenceInTheLocksStatement(FenceBeforeLock):
    """One statement, whose snapshot is older than its lock: running transactions as that snapshot shows them."""

    def take(self, postgres: Postgres, world: World, step: Take) -> Moves:
        if world.note is None:
            running = frozenset(str(number) for number, writer in enumerate(world.writers) if writer.xid)
            yield f"leader: takes a snapshot with {sorted(running)}", world._replace(note=running)
        else:
            yield from Leader.take(self, postgres, world, step)


class WithoutLastDrain(Leader):
    def drain(self, world: World, step: Drain) -> Moves:
        if step.descent is not None and not step.descent.fence and not step.descent.is_answer:
            yield "leader: leaves the last drain out", went(world, step.drained(0, step.memory.traffic.at + LONG))
        else:
            yield from super().drain(world, step)


class SnapshotFence(Leader):
    """Waits until `xmin >= xmax`, the latter of a snapshot that was taken in the fence's place."""

    def fence(self, world: World, step: Fence) -> Moves:
        xmax = world.completed_xid + 1
        yield f"leader: notes xmax {xmax}", went(world._replace(note=xmax), step.drawn(frozenset({"snapshot"})))

    def still(self, world: World, step: Still) -> tuple[str, World]:
        assert isinstance(world.note, int)
        # A snapshot's xmin is that of the running transactions below its xmax, or that xmax.
        xmin = min(world.xmin(), world.completed_xid + 1)
        left = frozenset({"snapshot"}) if xmin < world.note else frozenset[str]()
        return f"leader: sees xmin {xmin}", went(world._replace(note=world.note if left else None), step.found(left))


class XidFence(Leader):
    """D4's other form, which is right: draws a transaction id, and waits until all that are not newer have ended."""

    def fence(self, world: World, step: Fence) -> Moves:
        xid = world.next_xid
        drawn = world._replace(note=xid, next_xid=xid + 1, completed_xid=max(xid, world.completed_xid))
        yield f"leader: draws transaction id {xid}", went(drawn, step.drawn(frozenset({"xid"})))

    def still(self, world: World, step: Still) -> tuple[str, World]:
        assert isinstance(world.note, int)
        left = frozenset({"xid"}) if world.xmin() <= world.note else frozenset[str]()
        return f"leader: sees xmin {world.xmin()}", went(
            world._replace(note=world.note if left else None), step.found(left)
        )


class WaitsForLock(Leader):
    """Queues for ASLEEP instead of trying it."""

    def take(self, postgres: Postgres, world: World, step: Take) -> Moves:
        if not postgres.is_taken_from_leader(world):
            taken = world._replace(has_asleep=True, waits_for_asleep=False)
            yield "leader: gets ASLEEP", went(taken, step.taken(is_ours=True))
        elif not world.waits_for_asleep:
            yield "leader: queues for ASLEEP", world._replace(waits_for_asleep=True)


class AwakeLock(Leader):
    """The other polarity: it holds the lock while it is awake, and the trigger rings if it got it."""

    def take(self, postgres: Postgres, world: World, step: Take) -> Moves:  # noqa: ARG002 - nobody is asked
        yield "leader: gives AWAKE back", went(world._replace(has_asleep=False), step.taken(is_ours=True))

    def wake(self, world: World, step: Wake) -> tuple[str, World]:
        return "leader: takes AWAKE", went(world._replace(has_asleep=True), step.woken())


class Nobody(Leader):
    """There is no listener."""

    def moves(self, postgres: Postgres, world: World) -> Moves:  # noqa: ARG002 - it is asked as any other
        yield from ()


class Unpaced(Leader):
    """Does not wait at the fence."""

    def still(self, world: World, step: Still) -> tuple[str, World]:
        label, moved = super().still(world, step)
        if isinstance(moved.step, Wait) and moved.step.pause is Pause.FENCED:
            return label, went(moved, moved.step.waited(rang=False))
        return label, moved


class DeafToEarlyRings(Leader):
    """Forgets, before it begins to wait, the rings that came after the last drain."""

    def sleep(self, world: World, step: Sleep) -> Moves:
        if world.note is None:
            yield "leader: forgets rings", world._replace(ear=False, note=1)
        else:
            for label, moved in super().sleep(world, step):
                yield label, moved._replace(note=None)


def went(world: World, step: Step) -> World:
    """On to the next step. What only decides how long it waits is forgotten, so that there are few worlds."""
    return world._replace(step=_essence(step))


@cache
def _essence(step: Step) -> Step:
    memory = step.memory
    level = LEVEL_AT_MOST if memory.traffic.is_busy else 0.0
    looked_at = 0.0 if memory.traffic.at - memory.looked_at < LONG else -inf
    essence = replace(step, memory=replace(memory, refusals=0, traffic=Traffic(level), looked_at=looked_at))
    if isinstance(essence, Drain | Still | Wait) and essence.descent is not None:
        essence = replace(essence, descent=replace(essence.descent, looks=0))
    return replace(essence, seconds=0.0) if isinstance(essence, Wait) else essence
