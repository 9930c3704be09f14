"""Every world that can be reached, and what is wrong in one of them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from tests.ws.listener.model.leaders import Leader
from tests.ws.listener.model.small_postgres import Postgres, World
from ws.listener.doorbell import Sleep, Wait, Wake


def told(way: list[str] | None) -> str:
    """For people: who did what, one after another."""
    steps = [step.split(": ", 1) for step in way or []]
    turns = groupby(steps, key=itemgetter(0))
    return "; ".join(f"{actor}: {', '.join(act for _, act in acts)}" for actor, acts in turns)


@dataclass(frozen=True, slots=True)
class Setup:
    """Who takes part."""

    postgres: Postgres
    leader: Leader


@dataclass
class Exploration:
    """Breadth first, so that what is found is found by the shortest way."""

    setup: Setup
    came_from: dict[World, tuple[World, str] | None] = field(default_factory=dict)
    _leader_moves: dict[World, list[World]] = field(default_factory=dict)

    def run(self) -> "Exploration":
        start = self.setup.postgres.start()
        self.came_from[start] = None
        ahead = deque([start])
        while ahead:
            world = ahead.popleft()
            for label, moved in self._moves(world):
                if moved not in self.came_from:
                    self.came_from[moved] = world, label
                    ahead.append(moved)
        return self

    def _moves(self, world: World) -> Iterator[tuple[str, World]]:
        yield from self.setup.postgres.moves(world)
        by_leader = list(self.setup.leader.moves(self.setup.postgres, world))
        self._leader_moves[world] = [moved for _, moved in by_leader]
        yield from by_leader

    @property
    def states(self) -> int:
        return len(self.came_from)

    def lost(self) -> list[str] | None:
        """The way to a world at rest in which a committed change is unread, and the leader sits still or goes round."""
        unread = (world for world in self.came_from if self._is_unread_at_rest(world))
        still = self._way_to(world for world in unread if not self._leader_moves[world])
        return still or self._way_to_circle(self._is_unread_at_rest)

    def _is_unread_at_rest(self, world: World) -> bool:
        return bool(world.unread) and self.setup.postgres.is_at_rest(world)

    def leaked(self) -> list[str] | None:
        """The way to a world in which all transactions are over and ASLEEP is not given back."""
        return self._way_to(
            world
            for world in self.came_from
            if self.setup.postgres.is_at_rest(world) and any(writer.holds_asleep for writer in world.writers)
        )

    def rang(self) -> list[str] | None:
        """The way to a ring."""
        return self._way_to(world for world in self.came_from if world.ear)

    def reached(self) -> set[object]:
        """The kinds of steps, causes and pauses that occur."""
        steps = {world.step for world in self.came_from}
        named = {
            step.cause if isinstance(step, Wake) else step.pause for step in steps if isinstance(step, Wake | Wait)
        }
        return named | {type(step) for step in steps}

    def spun(self) -> list[str] | None:
        """The way to a circle of the leader's steps in which it never waits."""
        return self._way_to_circle(lambda world: not isinstance(world.step, Wait | Sleep))

    def stayed_awake(self) -> list[str] | None:
        """The way to a circle of the leader's steps while nobody writes and nothing is unread."""
        return self._way_to_circle(
            lambda world: self.setup.postgres.is_at_rest(world) and not world.writing() and not world.unread
        )

    def _way_to(self, found: Iterable[World]) -> list[str] | None:
        world = next(iter(found), None)
        if world is None:
            return None
        way = list[str]()
        while (step := self.came_from[world]) is not None:
            world, label = step
            way.append(label)
        return way[::-1]

    def _way_to_circle(self, is_inside: Callable[[World], bool]) -> list[str] | None:
        """By depth first search among the worlds inside: who meets a world that is not finished has gone round."""
        finished = dict[World, bool]()
        for world in self.came_from:
            if world in finished or not is_inside(world):
                continue
            finished[world] = False
            path = [(world, iter(self._leader_moves[world]))]
            while path:
                here, ahead = path[-1]
                moved = next(ahead, None)
                if moved is None:
                    finished[here] = True
                    path.pop()
                elif is_inside(moved) and moved not in finished:
                    finished[moved] = False
                    path.append((moved, iter(self._leader_moves[moved])))
                elif is_inside(moved) and not finished[moved]:
                    return self._way_to([moved])
        return None
