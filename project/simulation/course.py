"""How an observation goes on by itself: which status is next, and when. Pure.

All of it follows from the row, its key included: a row that somebody typed has a course too, and a simulator that
was away finds the same one again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Self
from uuid import UUID

from project.simulation.plan import Plan
from project.simulation.rows import ENDED, ObservationRow, ReservationRow, Status

READING_EVERY = timedelta(minutes=15)
"""While antennas observe, as often the recorded volume is written down."""
FULL = 2**62
"""Bytes; what somebody set so high grows no more, lest the column overflow."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What differs from one observation to the next, by its key."""

    scheduled_before: timedelta
    queued: timedelta
    processed: timedelta
    first_reading: timedelta
    bytes_per_second: int

    @classmethod
    @lru_cache(maxsize=4_096)
    def of(cls, key: UUID) -> Self:
        """Taken from the key's random bits; those above the lowest 62 hold the version too."""
        bits = key.int % 2**62
        return cls(
            scheduled_before=timedelta(minutes=6 * 60 + bits % 1_440),
            queued=timedelta(minutes=3, seconds=bits // 7 % 900),
            processed=timedelta(minutes=10, seconds=bits // 11 % 4_800),
            first_reading=timedelta(microseconds=1 + bits // 13 % 900_000_000),
            bytes_per_second=40_000_000 + bits // 17 % 400_000_000,
        )


def due(row: ObservationRow) -> tuple[datetime, Status] | None:
    """When the observation's status changes, and to which; None at the end of its course."""
    match row.status:
        case Status.DEFINED:
            return row.start - Pace.of(row.id).scheduled_before, Status.SCHEDULED
        case Status.SCHEDULED:
            return row.start, Status.OBSERVING
        case Status.OBSERVING:
            return row.end, Status.OBSERVED
        case Status.OBSERVED:
            return row.end + Pace.of(row.id).queued, Status.PROCESSING
        case Status.PROCESSING:
            return row.end + Pace.of(row.id).queued + Pace.of(row.id).processed, Status.FINISHED
    return None


def advanced(plan: Plan, row: ObservationRow) -> ObservationRow:
    """The row after its next change of status. Antennas that are reserved when it starts make it a cancelled one."""
    next_change = due(row)
    assert next_change is not None, f"{row} has ended"
    at, status = next_change
    if status is Status.OBSERVING and any(it.start <= at < it.stop for it in plan.reserved(row.antenna_field)):
        return replace(row, status=Status.CANCELLED)
    if status is Status.OBSERVED:
        return replace(row, status=status, stop=row.end, recorded_bytes=row.recorded_bytes + _rest(row))
    return replace(row, status=status)


def settled(plan: Plan, row: ObservationRow, now: datetime) -> ObservationRow:
    """The row as it is at this time, if nothing but its course happened to it: all of its changes at once."""
    while (next_change := due(row)) is not None and next_change[0] <= now:
        row = advanced(plan, row)
    if row.status in {Status.DEFINED, Status.SCHEDULED, Status.CANCELLED}:
        return row
    seconds = max((min(now, row.end) - row.start).total_seconds(), 0)
    recorded = min(FULL, int(Pace.of(row.id).bytes_per_second * seconds))
    return replace(row, recorded_bytes=max(row.recorded_bytes, recorded))


def next_reading(row: ObservationRow, after: datetime) -> datetime | None:
    """When the recorded volume is written down next; None where nothing is recorded any more."""
    if row.status != Status.OBSERVING or row.recorded_bytes >= FULL:
        return None
    first = row.start + Pace.of(row.id).first_reading
    at = first + max((after - first) // READING_EVERY + 1, 0) * READING_EVERY
    return at if at < row.end else None


def read(row: ObservationRow) -> ObservationRow:
    """The row after a reading."""
    return replace(row, recorded_bytes=row.recorded_bytes + _volume(row, READING_EVERY))


def reservation_ended(row: ReservationRow) -> ReservationRow:
    return replace(row, status=Status.FINISHED, stop=row.end)


def reservation_due(row: ReservationRow) -> datetime | None:
    """When the antennas are to be had again."""
    return None if row.status in ENDED else row.end


def _rest(row: ObservationRow) -> int:
    """What was recorded since the last reading."""
    if row.recorded_bytes >= FULL:
        return 0
    first = row.start + Pace.of(row.id).first_reading
    return max(1, _volume(row, (row.end - first) % READING_EVERY))


def _volume(row: ObservationRow, length: timedelta) -> int:
    return int(Pace.of(row.id).bytes_per_second * length.total_seconds())
