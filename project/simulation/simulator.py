"""Runs the plan's life: waits until a step is due by the plan's clock, writes it, looks again at what others wrote."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection

from project.models import AntennaField
from project.simulation import store
from project.simulation.life import Due, Kind, Life
from project.simulation.plan import Plan
from project.simulation.readings import Readings
from project.simulation.sky import LOFAR, Sky
from project.simulation.timekeeper import Timekeeper
from project.simulation.writer import Writer
from ws.backoff import backoff_seconds

LOOK_SECONDS, LOOK_SHARE = 1.0, 0.05
"""How often the plan is read again, and which part of the time this may take at most."""
ABSENT_SECONDS = 20.0
"""Who is so late catches up in one step."""
REPORT_SECONDS = 30.0
FAILURES = (OperationalError, InterfaceError, IntegrityError, DataError)
"""The database is away, or refuses a change because somebody else was quicker."""


@dataclass(frozen=True, slots=True)
class Options:
    """`speed` and `start`: None where the clock in the database decides. `rate` 0: no readings but the life's own."""

    seed: int
    start: datetime | None = None
    speed: float | None = None
    rate: float = 0.0
    count: int | None = None
    waits: bool = True


class Simulator:
    """One run of `manage.py simulate`."""

    def __init__(self, options: Options, say: Callable[[str], None], complain: Callable[[str], None]) -> None:
        self._options = options
        self._say, self._complain = say, complain
        self._chance = Random(f"{options.seed} ways")
        self._writer = Writer(self._chance)
        self._readings = Readings(Random(f"{options.seed} readings"), options.rate) if options.rate else None
        self._timekeeper = Timekeeper(speed=options.speed, waits=options.waits)
        self._life: Life | None = None
        self._plan = Plan()
        self._due: Due | None = None
        self._removed = self._made = 0
        self._must_renew = True
        self._look_at = self._report_at = time.monotonic()
        self._reported = 0

    @property
    def changes(self) -> int:
        """Rows that this run has changed, the clock's among them: so many messages there are."""
        readings = self._readings.changes if self._readings is not None else 0
        return self._writer.changes + self._timekeeper.changes + self._removed + readings

    def run(self, stop: threading.Event) -> None:
        """Live until the stop is set, or the count reached; then let the clock stand."""
        failures = 0
        while not stop.is_set() and not self._has_enough():
            try:
                pause_seconds = self._go_on(self._life or self._begin())
                failures = 0
            except FAILURES as error:
                failures += 1
                self._give_up(error)
                pause_seconds = backoff_seconds(failures, self._chance.random())
            self._report()
            if pause_seconds > 0:
                stop.wait(pause_seconds)
        self._end()

    def _has_enough(self) -> bool:
        lived = self.changes - self._made
        return self._options.count is not None and self._life is not None and lived >= self._options.count

    def _begin(self) -> Life:
        """Take up the clock and the plan, or make them."""
        now = self._timekeeper.begin(self._options.start)
        life = Life(Sky(LOFAR), Random(f"{self._options.seed} {now}"), AntennaField.values, now)
        self._renew(life)
        self._life, self._made = life, self.changes
        self._report_at, self._reported = time.monotonic() + REPORT_SECONDS, self._made
        self._say(f"simulating from {now:%Y-%m-%d %H:%M} on, {self._timekeeper}; {self._made} changes made the plan")
        return life

    def _go_on(self, life: Life) -> float:
        """Do one thing that is due; for how many seconds nothing is."""
        if self._must_renew or self._timekeeper.seconds_until(self._due_next(life).at) < -ABSENT_SECONDS:
            self._renew(life)
        if time.monotonic() >= self._look_at:
            self._look(life)
        until_step = self._timekeeper.seconds_until(self._due_next(life).at)
        if until_step <= 0:
            self._take(life, self._due_next(life))
            return 0.0
        now = time.monotonic()
        if self._readings is None:
            return min(until_step, self._look_at - now)
        if self._readings.due_at <= now:
            self._readings.read(self._plan, now)
            return 0.0
        return min(until_step, self._look_at - now, self._readings.due_at - now)

    def _due_next(self, life: Life) -> Due:
        self._due = self._due or life.next_due(self._plan)
        return self._due

    def _take(self, life: Life, due: Due) -> None:
        self._due = None
        if not self._writer.write(life.step(self._plan, due)):
            self._look_at = time.monotonic()  # somebody was there between: see what the rows are now
        if due.kind is Kind.EXTEND:
            self._timekeeper.tell(due.at)

    def _renew(self, life: Life) -> None:
        """Make of the plan in one step what it should be by now."""
        store.wait_for_no_disk()
        if self._life is not None:
            self._timekeeper.look(life.lived_until)
        now = self._timekeeper.now(life.lived_until)
        self._removed += store.remove_ancient(now)
        self._read(now)
        step = life.renew(self._plan, now)
        self._writer.write(step)
        self._must_renew = False
        if self._life is not None:
            self._say(f"catching up to {now:%Y-%m-%d %H:%M}: {len(step.edits)} changes at once")

    def _look(self, life: Life) -> None:
        """See what others wrote."""
        self._timekeeper.look(life.lived_until)
        self._read(life.lived_until)

    def _read(self, now: datetime) -> None:
        begun = time.monotonic()
        self._plan, self._due = store.read_plan(now), None
        took_seconds = time.monotonic() - begun
        self._look_at = begun + max(LOOK_SECONDS, took_seconds / LOOK_SHARE)

    def _give_up(self, error: Exception) -> None:
        self._must_renew = True
        word = "the database refuses" if isinstance(error, (IntegrityError, DataError)) else "the database is away"
        self._complain(f"{word}: {str(error).strip()}")
        connection.close()

    def _report(self) -> None:
        if self._life is None or time.monotonic() < self._report_at:
            return
        a_second = (self.changes - self._reported) / (time.monotonic() - self._report_at + REPORT_SECONDS)
        self._report_at, self._reported = time.monotonic() + REPORT_SECONDS, self.changes
        plan_time = self._timekeeper.now(self._life.lived_until)
        done = f"{self.changes - self._made} changes, {a_second:.1f} a second"
        self._say(f"{done}; in the plan it is {plan_time:%Y-%m-%d %H:%M}")

    def _end(self) -> None:
        if self._life is not None:
            lived = self.changes - self._made
            try:
                self._timekeeper.stand(self._life.lived_until)
            except FAILURES as error:
                self._complain(f"the clock could not be stopped: {str(error).strip()}")
            self._say(
                f"stopped after {lived} changes; {self.changes} with those that made the plan and stopped the clock"
            )
