"""The clock in the database as the simulator keeps it: found or set at the start, watched, and left standing.

Whoever changes the row while the simulator runs is obeyed: a speed of 0 from now on is a pause, another time a leap.
"""

from datetime import datetime
from math import inf

from django.utils import timezone

from project.models import Clock
from project.simulation import store

DEFAULT_SPEED = 180.0


class Timekeeper:
    """`changes` counts how often the row was set."""

    def __init__(self, *, speed: float | None, waits: bool) -> None:
        self._speed = speed
        self._waits = waits
        self._clock = Clock()
        self.changes = 0

    def begin(self, start: datetime | None) -> datetime:
        """Let the clock that is found go on, at the speed that is asked for; the plan's time."""
        clock = store.read_clock()
        found_speed = clock.speed if clock is not None and clock.speed > 0 else DEFAULT_SPEED
        speed = (self._speed or found_speed) if self._waits else 0.0
        now = start or (timezone.now() if clock is None else clock.at(timezone.now()))
        if clock is None or start is not None or clock.speed != speed:
            self._set(now, speed)
        else:
            self._clock = clock
        return now

    def look(self, lived_until: datetime) -> None:
        """Read the row again; set it where it is gone, or where what somebody typed is no time."""
        if clock := store.read_clock():
            self._clock = clock
        else:
            self._set(lived_until, (self._speed or DEFAULT_SPEED) if self._waits else 0.0)

    def now(self, lived_until: datetime) -> datetime:
        """The plan's time. Without waiting, it is what life made of it."""
        return self._clock.at(timezone.now()) if self._waits else lived_until

    def seconds_until(self, plan_time: datetime) -> float:
        """Of ours; below 0 for what is late. A clock that stands never gets there."""
        if not self._waits:
            return 0.0
        if self._clock.speed <= 0:
            return inf
        return (plan_time - self._clock.at(timezone.now())).total_seconds() / self._clock.speed

    def tell(self, lived_until: datetime) -> None:
        """Without waiting, the row is told now and then how far life is."""
        if not self._waits:
            self._set(lived_until, 0.0)

    def stand(self, lived_until: datetime) -> None:
        """Stop the clock, where it is."""
        self._set(self.now(lived_until), 0.0)

    def __str__(self) -> str:
        return f"{self._clock.speed:g} times as fast as we live" if self._waits else "as fast as it can"

    def _set(self, plan_time: datetime, speed: float) -> None:
        self._clock = store.set_clock(plan_time, speed)
        self.changes += 1
