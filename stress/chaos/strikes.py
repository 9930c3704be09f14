"""What a fault does to servers, processes and wires, and how it is undone."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from random import Random

from stress.chaos.faults import Fault, Kind, Target, Way, Whom
from stress.chaos.part import Part
from stress.chaos.servers import Postgres, Redis
from stress.chaos.steps import Step
from stress.chaos.traps import Traps
from stress.chaos.wire import Meeting, Wire

Undo = Callable[[], Awaitable[None]]
GATEWAY = "gateway"
PROVOKED = frozenset({Step.LEAD, Step.LOAD, Step.BEGIN, Step.CONFIRM})
"""Steps that are only taken after something has happened."""


class Site:
    """What can be hurt."""

    def __init__(  # noqa: PLR0913 - its parts
        self,
        *,
        postgres: Postgres,
        redis: Redis,
        listeners: Mapping[str, Part],
        wires: Sequence[Wire],
        traps: Traps,
        random: Random,
    ) -> None:
        self.postgres = postgres
        self.redis = redis
        self.listeners = listeners
        self.wires = wires
        self.traps = traps
        self.random = random

    async def strike(self, fault: Fault, process: str, meeting: Meeting | None) -> Undo:
        """Do it; what undoes it. `process`: the listener that leads, or that took the trapped step."""
        if fault.kind is Kind.CUT:
            return self._cut(fault, self._wires(fault, process), meeting)
        if fault.target is Target.LISTENER:
            return self._hurt_listeners(fault.kind, [self.listeners[name] for name in self._names(fault.whom, process)])
        server = self.redis if fault.target is Target.REDIS else self.postgres
        if fault.kind is Kind.STOP:
            server.stop()
            return _later(server.go_on)
        if fault.way is Way.ONE:
            await self.postgres.kill_one(self.random)
            return _later(lambda: None)
        await server.kill()
        if fault.way is Way.EMPTY:
            self.redis.forget()
        return server.start

    async def provoke(self, step: Step) -> None:
        """Let happen what this step is taken after."""
        if step in {Step.LEAD, Step.LOAD}:
            target = Target.POSTGRES if step is Step.LEAD else Target.REDIS
            for wire in self._between([self.traps.leader], {target}):
                wire.cut()
        elif step is Step.BEGIN:
            await self.redis.empty()
        elif step is Step.CONFIRM:
            await self.redis.kill()
            await self.redis.start()

    def _hurt_listeners(self, kind: Kind, parts: Sequence[Part]) -> Undo:
        for part in parts:
            part.kill() if kind is Kind.KILL else part.stop()

        def undo() -> None:
            for part in parts:
                part.start() if kind is Kind.KILL else part.go_on()

        return _later(undo)

    def _cut(self, fault: Fault, wires: Sequence[Wire], meeting: Meeting | None) -> Undo:
        if fault.way is Way.LATE and meeting is not None:
            meeting.connection.passes.clear()
            return _later(meeting.connection.passes.set)
        ways = {Way.RESET: Wire.cut, Way.REFUSE: Wire.refuse, Way.VANISH: Wire.lose}
        for wire in wires:
            ways.get(fault.way, Wire.delay)(wire)

        def undo() -> None:
            for wire in wires:
                wire.heal()

        return _later(undo)

    def _wires(self, fault: Fault, process: str) -> list[Wire]:
        if fault.target is Target.LISTENER:
            return self._between(self._names(fault.whom, process), set(Target))
        return self._between(self._names(fault.whom, process), {fault.target})

    def _between(self, processes: Sequence[str], targets: set[Target]) -> list[Wire]:
        return [wire for wire in self.wires if wire.process in processes and wire.target in targets]

    def _names(self, whom: Whom, process: str) -> list[str]:
        match whom:
            case Whom.LEADER:
                return [process]
            case Whom.STANDBY:
                return [name for name in self.listeners if name != process]
            case Whom.GATEWAY:
                return [GATEWAY]
            case Whom.BOTH:
                return list(self.listeners)
            case Whom.ALL:
                return [*self.listeners, GATEWAY]


def is_provoked(fault: Fault) -> bool:
    """Whether something else is done before it."""
    return fault.moment is not None and fault.moment.step in PROVOKED


def _later(undo: Callable[[], None]) -> Undo:
    async def run() -> None:
        undo()

    return run
