"""One whole test: writers write, faults are done, a client and a witness hear, and what they heard is compared."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

import psycopg2

from stress.chaos.changes import row_of
from stress.chaos.client import Client, refetch
from stress.chaos.executor import Executor, StalledError
from stress.chaos.faults import COMBINATIONS
from stress.chaos.ledger import Ledger
from stress.chaos.logbook import Logbook
from stress.chaos.pipeline import FACILITY, PREFIX, Pipeline
from stress.chaos.process import ServerError
from stress.chaos.report import Outcome
from stress.chaos.schedule import schedule
from stress.chaos.statements import statement
from stress.chaos.tale import Tale
from stress.chaos.tally import Tally
from stress.chaos.transactions import Habit
from stress.chaos.verdict import differences
from stress.chaos.witness import Witness
from stress.chaos.writer import Conduct, Writer

HABITS = (Habit.BRISK, Habit.BRISK, Habit.BRISK, Habit.SLOW, Habit.SLOW, Habit.TWO_PHASE)
PROGRESS_SECONDS = 5.0
LOOK_SECONDS = 0.1
GREETING_SECONDS = 60.0
LAST_SECONDS = 60.0
"""So long after the last change the last message may take."""
TWICE_SECONDS = 1.0
"""So long after it a message may come once more."""


@dataclass(frozen=True, slots=True)
class Size:
    """Of a test."""

    seed: int
    faults: int
    """Of each kind, for each target."""
    changes: int
    seconds: float
    """Then no more faults are done."""
    rows: int
    changes_per_second: float


class Trial:
    """Run it once."""

    def __init__(self, size: Size, folder: Path, tale: Tale) -> None:
        self._size = size
        self._tale = tale
        self._logbook = Logbook()
        self._pipeline = Pipeline(folder, size.rows, Random(f"{size.seed} strikes"), self._hear)
        self._client = Client(self._pipeline.url, partial(refetch, self._pipeline.postgres.url(), size.rows))
        self._witness = Witness(self._pipeline.redis.url(), PREFIX, FACILITY)
        self._conduct = Conduct(size.rows, size.changes_per_second)
        self._writers = [self._writer(number, habit) for number, habit in enumerate(HABITS)]
        self._executor: Executor | None = None
        self._told = 0
        self._stalls: list[str] = []

    async def run(self) -> Outcome:
        """Raises ServerError where a server does not start."""
        self._tale.say("Starting PostgreSQL, Redis, two listeners and a gateway …")
        try:
            async with self._pipeline, asyncio.TaskGroup() as group:
                return await self._with_observers(group)
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors

    async def _with_observers(self, group: asyncio.TaskGroup) -> Outcome:
        heard = self._client.reception
        executor = self._executor = Executor(self._pipeline.site, lambda: heard.messages, self._say_fault)
        observers = [self._client.run(), self._witness.run(), self._tell(executor)]
        running = [group.create_task(observer) for observer in observers]
        try:
            await self._write_and_rage(executor)
            return await self._judge(executor)
        finally:
            self._conduct.stop.set()
            for task in running:
                task.cancel()

    async def _write_and_rage(self, executor: Executor) -> None:
        threads = [threading.Thread(target=writer.run, daemon=True) for writer in self._writers]
        for thread in threads:
            thread.start()
        if not await self._until(lambda: self._client.reception.messages > 0, GREETING_SECONDS):
            raise ServerError(f"no message arrived within {GREETING_SECONDS:.0f} s of the start; the log says why")
        await self._rage(executor)
        self._conduct.stop.set()
        for thread in threads:
            await asyncio.to_thread(thread.join)
        self._tale.say("Nothing is written any more; waiting for the last messages …")

    async def _rage(self, executor: Executor) -> None:
        """The faults, and as many changes as were asked for, unless the time is up before."""
        deadline = time.monotonic() + self._size.seconds
        try:
            done = await executor.run(schedule(Random(f"{self._size.seed} faults"), self._size.faults), deadline)
        except StalledError as stalled:
            self._stalls.append(f"nothing arrived any more, {stalled}")
            return
        enough = await self._until(lambda: self._changes() >= self._size.changes, deadline - time.monotonic())
        if not (done and enough):
            self._tale.say(f"The time is up: {self._size.seconds:.0f} s.")

    async def _judge(self, executor: Executor) -> Outcome:
        """Wait for the last messages, and for any that come twice."""
        ledger = await asyncio.to_thread(self._read_ledger)
        client, stream = self._client.reception, self._witness.reception
        if not await self._until(lambda: client.segment.has_reached(ledger.last), LAST_SECONDS):
            self._stalls.append(f"not everything has arrived after {LAST_SECONDS:.0f} s")
        await asyncio.sleep(TWICE_SECONDS)
        tally = Tally()
        for writer in self._writers:
            tally.add(writer.tally)
        lost = len(tally.durable - ledger.transactions)
        return Outcome(
            seed=self._size.seed,
            seconds=self._tale.seconds,
            done=executor.done,
            caught=executor.caught,
            missed=executor.missed,
            heal_seconds=executor.heal_seconds,
            ledger=ledger,
            tally=tally,
            client=client,
            closes=self._client.closes,
            refetches=self._client.refetches,
            stream=stream,
            outruns=self._witness.outruns,
            logbook=self._logbook,
            differences=[
                *self._stalls,
                *([f"PostgreSQL lost {lost} transactions that it had acknowledged"] if lost else []),
                *ledger.faults(),
                *client.faults,
                *stream.faults,
                *self._logbook.faults,
                *differences(ledger, client.segments, "client"),
                *differences(ledger, stream.segments, "stream"),
            ],
        )

    def _read_ledger(self) -> Ledger:
        ledger = Ledger(self._size.rows)
        with closing(psycopg2.connect(self._pipeline.postgres.url())) as database, database.cursor("ledger") as cursor:
            cursor.execute(statement("ledger"))
            for transaction, status, keys, numbers in cursor:
                ledger.add(transaction, status, map(row_of, keys), numbers)
        return ledger

    def _writer(self, number: int, habit: Habit) -> Writer:
        random = Random(f"{self._size.seed} writer {number}")
        return Writer(self._pipeline.postgres.url(), number, habit, self._conduct, random)

    def _changes(self) -> int:
        """Acknowledged so far."""
        return sum(writer.tally.changes for writer in self._writers)

    async def _until(self, condition: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while True:
            if (holds := condition()) or time.monotonic() > deadline:
                return holds
            await asyncio.sleep(LOOK_SECONDS)

    async def _tell(self, executor: Executor) -> None:
        """Every few seconds, how far it is; and each difference at once."""
        for number in count(1):
            await asyncio.sleep(LOOK_SECONDS)
            found = [*self._client.reception.faults, *self._witness.reception.faults, *self._logbook.faults]
            for fault in found[self._told :]:
                self._tale.say(f"DIFFERENCE: {fault}")
            self._told = len(found)
            if number % int(PROGRESS_SECONDS / LOOK_SECONDS) == 0:
                self._tale.say(self._progress(executor))

    def _progress(self, executor: Executor) -> str:
        faults = len(COMBINATIONS) * self._size.faults
        now = "; ".join(map(str, executor.active)) or "nothing"
        changes, heard, epochs = self._changes(), self._client.reception.messages, len(self._logbook.epochs)
        return (
            f"{self._tale.seconds:6.0f} s  {changes} changes written, {heard} messages heard;"
            f" {executor.done.total()} of {faults} faults; {epochs} epochs; now: {now}"
        )

    def _hear(self, process: str, line: str) -> None:
        self._tale.write(process, line)
        self._logbook.hear(process, line, [] if self._executor is None else self._executor.causes)

    def _say_fault(self, text: str) -> None:
        self._tale.write("fault", text)
