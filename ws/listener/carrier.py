"""Carries what is unread from the log to Redis, in batches that fit into memory, each one an atomic step.

Promise: every row of the log that is committed is published once, and for each changed row in the order of its commits,
or a new epoch tells clients to refetch.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from ws.listener.batches import Batch, batches
from ws.listener.log import Log, Reading
from ws.listener.log_observations import Behind, CaughtUp, Published
from ws.listener.publication import Publication, TrimmedError
from ws.listener.rows import Row
from ws.listener.stop import StopSignal
from ws.observation import Observe

FETCH_ROWS_AT_FIRST = 16
FETCH_ROWS_AT_MOST = 4096
FETCH_MESSAGES = 4000
"""A window's rows are fetched so many at a time that they make about so many messages."""


class Carrier:
    """Raises psycopg2.Error, TrimmedError, and what publishing raises.

    `beat` is called between batches: heartbeats go on however much there is to carry.
    """

    def __init__(
        self, log: Log, publication: Publication, observe: Observe, stop: StopSignal, beat: Callable[[], None]
    ) -> None:
        self._log = log
        self._publication = publication
        self._observe = observe
        self._stop = stop
        self._beat = beat

    def drain_all(self) -> None:
        """Publish until nothing more is visible, or the stop."""
        while self.drain() and not self._stop.is_set:
            pass

    def drain(self) -> int:
        """Publish what is visible now; the number of log rows that it was. A stop may leave a window open."""
        if self._publication.cursor.upper is not None and ((rows := self._read_window()) or self._stop.is_set):
            return rows
        reading = self._log.unread(self._publication.cursor.base)
        self._require_untrimmed(reading.trimmed)
        if not reading.rows:
            return 0
        if not reading.is_on_disk:
            self._log.put_on_disk(reading.lsn)
        parts = list(islice(self._batches(reading.rows, 0, 0), 2)) if reading.is_whole else []
        if len(parts) == 1:
            cursor = self._publication.cursor.read_at_once(reading.seen, reading.rows)
            self._publication.publish(parts[0], cursor, self._beat)
            self._observe(Published(len(reading.rows), parts[0].count, reading.lag_seconds))
            return len(reading.rows)
        self._open_window(reading)
        return self._read_window()

    def has_unread(self) -> bool:
        """Whether there is anything to publish."""
        return bool(self._log.unread(self._publication.cursor.base, limit=1).rows)

    def _open_window(self, reading: Reading) -> None:
        rows, newest_xid = self._log.extent(self._publication.cursor.base, reading.seen)
        self._observe(Behind(rows, reading.lag_seconds))
        self._publication.open_window(self._publication.cursor.open(reading.seen, newest_xid))

    def _read_window(self) -> int:
        """The rest of the open window, in parts."""
        count, size = 0, FETCH_ROWS_AT_FIRST
        with self._log.window(self._publication.cursor) as fetch:
            # The open cursor holds the leaves: what was trimmed was trimmed before.
            _, lsn = self._log.position()
            self._require_untrimmed(self._log.trimmed(lsn))
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
        for batch in self._batches(rows, cursor.last_id, cursor.offset):
            self._publication.publish(batch, cursor.advanced(batch.last_id, batch.offset), self._beat)
            messages += batch.count
        return messages

    def _batches(self, rows: Sequence[Row], last_id: int, offset: int) -> Iterator[Batch]:
        routes = self._publication.routes
        question = routes.question(rows)
        names = self._log.look_up(*question) if question else {}
        return batches(rows, routes, last_id, offset, names)

    def _require_untrimmed(self, trimmed: int) -> None:
        if trimmed != self._publication.trimmed:
            raise TrimmedError


def _next_size(size: int, messages: int) -> int:
    if messages > 2 * FETCH_MESSAGES:
        return max(1, size // 2)
    return min(FETCH_ROWS_AT_MOST, size * 2) if messages < FETCH_MESSAGES else size
