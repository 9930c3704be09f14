"""Round after round of clients against one gateway, and of inputs without one; what fails is raised with its input."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from redis.asyncio import Redis

from tests.fuzz import growth, hearing
from tests.fuzz.actor import act
from tests.fuzz.bystanders import Bystanders
from tests.fuzz.cases import CASES, Input
from tests.fuzz.gateway import Gateway, GatewayError
from tests.fuzz.heads import Known
from tests.fuzz.scripts import Script, from_json, script
from tests.wire_cutter import WireCutter

AT_ONCE = 100
LATE_SECONDS, PROMPT_SECONDS = 0.2, 0.3
SPARE_DESCRIPTORS = 16
"""Connections to the database, which come and go."""
SETTLING_SECONDS = 90.0
LOOK_SECONDS = 0.2
ROUND = "round"
"""The kind of input that is a list of scripts."""


class FoundError(Exception):
    """What was found, and the input that found it."""

    def __init__(self, kind: str, found: Input) -> None:
        super().__init__(kind)
        self.kind = kind
        self.input = found


@dataclass(frozen=True, slots=True)
class Size:
    """Of one round."""

    clients: int = 300
    cases: int = 600
    """Of each kind."""


ORDINARY = Size()


@dataclass(slots=True)
class Tally:
    """What was done, and what the gateway held after each round."""

    clients: Counter[str] = field(default_factory=Counter)
    """By how far they came."""
    cases: int = 0
    memory_mib: list[float] = field(default_factory=list)

    @property
    def rounds(self) -> int:
        return len(self.memory_mib)


def judge(kind: str, found: Input) -> None:
    """Raises FoundError where it fails."""
    try:
        CASES[kind].judge(found)
    except Exception as error:
        raise FoundError(kind, found) from error


def try_cases(seed: str, number: int) -> int:
    """So many of each kind; how many that were. Raises FoundError."""
    for kind, case in CASES.items():
        for at in range(number):
            judge(kind, case.make(Random(f"{seed}:{kind}:{at}")))
    return number * len(CASES)


def scripts_of(seed: str, known: Known, number: int) -> list[Script]:
    """Of one round."""
    return [script(Random(f"{seed}:{at}"), known) for at in range(number)]


async def attack(gateway: Gateway, scripts: Sequence[Script]) -> Counter[str]:
    """Let these clients loose; how far they came. Raises FoundError, with all of them where any may have caused it."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(made: Script) -> str:
        async with places:
            return hearing.judge(await act(made, gateway.port))

    results = await asyncio.gather(*map(one, scripts), return_exceptions=True)
    try:
        gateway.require_health()
    except GatewayError as error:
        raise FoundError(ROUND, {"scripts": [made.as_json() for made in scripts]}) from error
    for made, result in zip(scripts, results, strict=True):
        if isinstance(result, BaseException):
            raise FoundError(ROUND, {"scripts": [made.as_json()]}) from result
    return Counter(map(str, results))


@asynccontextmanager
async def hesitating(wire: WireCutter) -> AsyncIterator[None]:
    """Redis answers late, now and then."""

    async def hesitate() -> None:
        while True:
            wire.hold()
            await asyncio.sleep(LATE_SECONDS)
            wire.release()
            await asyncio.sleep(PROMPT_SECONDS)

    task = asyncio.create_task(hesitate())
    try:
        yield
    finally:
        task.cancel()
        wire.release()


@asynccontextmanager
async def surroundings(gateway: Gateway) -> AsyncIterator[Bystanders]:
    """What is there while clients come."""
    async with (
        Redis.from_url(gateway.redis_url) as redis,
        Bystanders(gateway.port, redis) as bystanders,
        hesitating(gateway.wire),
    ):
        yield bystanders


class Campaign:
    """Against one gateway, from one seed; its clients know what the site has given."""

    def __init__(self, gateway: Gateway, seed: str, known: Known, size: Size = ORDINARY) -> None:
        self._gateway = gateway
        self._seed = seed
        self._known = known
        self._size = size
        self.tally = Tally()

    async def run(self, is_over: Callable[[Tally], bool]) -> None:
        """Rounds until it is over. Raises FoundError for an input, GatewayError for what only shows in the end."""
        async with surroundings(self._gateway) as bystanders:
            await self._attack("warm")
            descriptors = self._gateway.descriptors()
            while not is_over(self.tally):
                await self._round(str(self.tally.rounds))
                bystanders.require_service()
            await _settle(self._gateway, descriptors)
        if growth.is_growing(self.tally.memory_mib):
            grown = growth.grown_mib(self.tally.memory_mib)
            raise GatewayError(f"memory grew by {grown:.1f} MiB: {self.tally.memory_mib}")

    async def _round(self, name: str) -> None:
        self.tally.clients += await self._attack(name)
        self.tally.cases += await asyncio.to_thread(try_cases, f"{self._seed}:{name}", self._size.cases)
        self.tally.memory_mib.append(self._gateway.memory_mib())

    async def _attack(self, name: str) -> Counter[str]:
        scripts = scripts_of(f"{self._seed}:{name}", self._known, self._size.clients)
        return await attack(self._gateway, scripts)


async def replay(gateway: Gateway, found: Input) -> None:
    """That round once more. Raises FoundError."""
    async with surroundings(gateway) as bystanders:
        await attack(gateway, list(map(from_json, found["scripts"])))
        bystanders.require_service()


async def _settle(gateway: Gateway, descriptors: int) -> None:
    """Whoever has gone is forgotten, sooner or later."""
    deadline = time.monotonic() + SETTLING_SECONDS
    while (now := gateway.descriptors()) > descriptors + SPARE_DESCRIPTORS:
        if time.monotonic() > deadline:
            raise GatewayError(f"{now} descriptors are open, and there were {descriptors}")
        await asyncio.sleep(LOOK_SECONDS)
    gateway.require_health()
