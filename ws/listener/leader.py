"""The listener that holds LEADER: it reads the log, publishes, sleeps while there is nothing, and wakes at a ring.

Promise: every row of the log that is committed is published once, and for each changed row in the order of its commits,
or a new epoch tells clients to refetch. What to do next is thought out in `doorbell`, `cursor` and `succession`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from select import select
from time import monotonic
from typing import Any

from ws.listener.database import HEARTBEAT_SECONDS, Database
from ws.listener.doorbell import START, Cause, Drain, Fence, Sleep, Step, Still, Take, Wait, Wake
from ws.listener.log import Log, Reading
from ws.listener.messages import Row, batches
from ws.listener.observations import AsleepHeld, Behind, CaughtUp, FoundByPoll, Published, Woke
from ws.listener.publication import Publication, TrimmedError
from ws.listener.retention import Retention
from ws.listener.session import Session
from ws.listener.stop import StopSignal
from ws.observation import Observe

LONGEST_WAIT_SECONDS = 1.0
"""Then it is looked whether a heartbeat is due."""
FETCH_ROWS_AT_FIRST = 16
FETCH_ROWS_AT_MOST = 4096
FETCH_MESSAGES = 4000
"""A window's rows are fetched so many at a time that they make about so many messages."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a leader works with, once it leads."""

    database: Database
    ear: Session
    log: Log
    publication: Publication
    retention: Retention


class Leader:
    """Works until it is stopped, or something that it needs is lost, which is raised."""

    def __init__(self, desk: Desk, observe: Observe, stop: StopSignal) -> None:
        self._database = desk.database
        self._locks = desk.database.locks
        self._ear = desk.ear
        self._log = desk.log
        self._publication = desk.publication
        self._retention = desk.retention
        self._observe = observe
        self._stop = stop
        self._actions: Mapping[type[Step], Callable[[Any], Step]] = {
            Drain: lambda step: step.drained(self.drain(), monotonic()),
            Take: lambda step: step.taken(is_ours=self._locks.take_asleep()),
            Fence: lambda step: step.drawn(self._locks.fence()),
            Still: lambda step: step.found(self._locks.fence()),
            Wait: self._wait,
            Wake: self._wake,
            Sleep: self._sleep,
        }

    def run(self) -> None:
        """Read, publish and sleep until the stop. Raises psycopg2.Error, and what publishing raises."""
        step: Step = START
        while not self._stop.is_set:
            step = self._actions[type(step)](step)
            self._beat()
        self._locks.give_asleep_back()

    def drain_all(self) -> None:
        """Publish until nothing more is visible, or the stop."""
        while self.drain() and not self._stop.is_set:
            pass

    def drain(self) -> int:
        """Publish what is visible now; the number of log rows that it was. A stop may leave a window open."""
        if self._publication.cursor.upper is not None:
            return self._read_window()
        reading = self._log.unread(self._publication.cursor.base)
        if not reading.rows:
            return 0
        self._require_untrimmed(reading.lsn)
        parts = list(batches(reading.rows, self._publication.routes, 0, 0)) if reading.is_whole else []
        if len(parts) == 1:
            self._publication.publish(parts[0], self._publication.cursor.read_at_once(reading.seen, reading.rows))
            self._observe(Published(len(reading.rows), parts[0].count, reading.lag_seconds))
            return len(reading.rows)
        self._open_window(reading)
        return self._read_window()

    def _wait(self, step: Wait) -> Step:
        if step.is_blocked and (holder := self._locks.asleep_holder()):
            self._observe(AsleepHeld(*holder))
        return step.waited(rang=self._wait_for_ring(step.seconds))

    def _wake(self, step: Wake) -> Step:
        self._observe(FoundByPoll() if step.cause is Cause.POLL else Woke(step.cause.value))
        self._locks.give_asleep_back()
        return step.woken()

    def _sleep(self, step: Sleep) -> Step:
        rang = self._wait_for_ring(HEARTBEAT_SECONDS)
        return step.slept(rang=rang, found=not rang and not self._stop.is_set and self._has_unread())

    def _has_unread(self) -> bool:
        """The safety poll, which is the reading session's heartbeat."""
        return bool(self._log.unread(self._publication.cursor.base, limit=1).rows)

    def _wait_for_ring(self, seconds: float) -> bool:
        """Whether one came in that time; a stop, or the end of a session, cuts it short."""
        deadline = monotonic() + seconds
        while not (rang := bool(self._ear.poll())) and not self._stop.is_set and (rest := deadline - monotonic()) > 0:
            self._database.guard.poll()
            sources = [self._ear.fileno(), self._database.guard.fileno(), self._stop.fileno()]
            select(sources, [], [], min(rest, LONGEST_WAIT_SECONDS))
            self._beat()
        return rang

    def _beat(self) -> None:
        self._database.beat()
        self._publication.beat(self._database.name)
        self._retention.rotate_when_due(self._database, self._publication.cursor)

    def _open_window(self, reading: Reading) -> None:
        rows, newest_xid = self._log.extent(self._publication.cursor.base, reading.seen)
        self._observe(Behind(rows, reading.lag_seconds))
        self._publication.open_window(self._publication.cursor.open(reading.seen, newest_xid))

    def _read_window(self) -> int:
        """The rest of the open window, in parts that fit into memory."""
        count, size = 0, FETCH_ROWS_AT_FIRST
        with self._log.window(self._publication.cursor) as fetch:
            # The open cursor holds the leaves: what was trimmed was trimmed before.
            _, lsn = self._log.position()
            self._require_untrimmed(lsn)
            while rows := fetch(size):
                count += len(rows)
                size = _next_size(size, self._publish_part(rows))
                self._beat()
                if self._stop.is_set:
                    return count
        self._publication.close_window()
        self._observe(CaughtUp(count))
        return count

    def _publish_part(self, rows: Sequence[Row]) -> int:
        """Part of an open window; how many messages it made."""
        messages = 0
        cursor = self._publication.cursor
        for batch in batches(rows, self._publication.routes, cursor.last_id, cursor.offset):
            self._publication.publish(batch, cursor.advanced(batch.last_id, batch.offset))
            messages += batch.count
        return messages

    def _require_untrimmed(self, lsn: str) -> None:
        if self._log.trimmed(lsn) != self._publication.trimmed:
            raise TrimmedError


def _next_size(size: int, messages: int) -> int:
    if messages > 2 * FETCH_MESSAGES:
        return max(1, size // 2)
    return min(FETCH_ROWS_AT_MOST, size * 2) if messages < FETCH_MESSAGES else size
