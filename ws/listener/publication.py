"""What this process has published: its record, and that it is the one which Redis holds.

It outlives a lost database and a lost Redis: only who remembers what was acknowledged can tell whether Redis has all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from secrets import token_hex
from time import monotonic

from ws.listener.batches import Batch
from ws.listener.cursor import Cursor, beginning
from ws.listener.database import Database
from ws.listener.heads import Head, Held, Source
from ws.listener.link import NotPublishedError
from ws.listener.log import Log
from ws.listener.log_observations import Carried, ForeignRowsRemoved
from ws.listener.notifications import HEARTBEAT_SECONDS
from ws.listener.observations import EpochBegan, PassingAnnounced, PassingBegan, RedisReplaced
from ws.listener.passing import Passing
from ws.listener.record import TAIL_ROWS, Published, Record
from ws.listener.routes import Routes
from ws.listener.step import NO_STARTS, RefusedError, Starts, Step
from ws.listener.succession import BeginEpoch, GoOn, Now, Refuse, decide
from ws.observation import Observe
from ws.wire.channels import Channel


class TrimmedError(Exception):
    """Rows that nobody had read were trimmed from the log."""


class SuccessionError(Exception):
    """This listener must not publish here; the message says why, and what to do."""


class Publication:
    """Of one log. Raises what the atomic step raises."""

    def __init__(self, step: Step, source: Source, routes: Routes, observe: Observe, *, is_adopting: bool) -> None:
        self.source = source
        self._step = step
        self._routes = routes
        self._passing = Passing(step, routes, source.owner, new_epoch)
        self._observe = observe
        self._is_adopting = is_adopting
        self._record: Record | None = None
        self._stored: str | None = None
        """The record's text, as Redis acknowledged it."""
        self._in_flight: str | None = None
        """The record's text of a step that had no answer: it may yet be done, and its messages may have been seen."""
        self.acknowledged = 0
        """How many batches and heartbeats Redis has taken. Who resumes again and again comes no further by that."""
        self._untold: tuple[Mapping[Channel, str], EpochBegan] | None = None
        """Epochs that Redis was asked to begin, and did not say whether it has."""
        self._beats = 0
        self._beat_at = -HEARTBEAT_SECONDS

    @property
    def cursor(self) -> Cursor:
        """How far this process has come; it may be within a window that it has only just opened."""
        return self._known.cursor

    @property
    def trimmed(self) -> int:
        """How often unread rows had been trimmed when this cursor began."""
        return self._known.trimmed

    @property
    def known_cursor(self) -> Cursor | None:
        """None until Redis has answered for the first time."""
        return None if self._record is None else self._record.cursor

    @property
    def routes(self) -> Routes:
        """Which channel carries which messages."""
        return self._routes

    @property
    def _known(self) -> Record:
        assert self._record is not None, "`resume` comes first"
        return self._record

    def resume(self, database: Database, log: Log) -> None:
        """Look at what Redis holds, and go on from there, or begin a new epoch. Raises SuccessionError."""
        held = self._step.load(self._routes.channels)
        self._tell_begun(held.heads)
        _, lsn = log.position()
        now = Now(
            identity=database.identity(),
            owner=self.source.owner,
            trimmed=log.trimmed(lsn),
            channels=self._routes.channels,
            last_sent=self._stored if self._in_flight is None else self._in_flight,
            tail_stands=log.stands,
        )
        match decide(held, now, is_adopting=self._is_adopting):
            case Refuse(reason, remedy):
                raise SuccessionError(f"{reason}\n{remedy}")
            case BeginEpoch() as beginning_of:
                self._begin(beginning_of, held, database, log)
            case GoOn() as going_on:
                self._go_on(going_on, held.cursor or "", database)
        self._is_adopting = False

    def open_window(self, cursor: Cursor) -> None:
        """Nothing of it is stored before its first batch is."""
        self._record = self._known.moved(cursor)

    def publish(self, batch: Batch, cursor: Cursor, beat: Callable[[], None]) -> None:
        """One atomic step: these messages, and the cursor behind them. `beat` is called where it takes long."""
        if batch.audiences is not None:
            told = self._passing.announce(self._stored, batch.audiences.may_reach, beat)
            self._tell_announced(f"{batch.rows[0].model} changed as a whole", told)
        rows = [Published(row.id, row.xid, row.at) for row in batch.rows[-TAIL_ROWS:]]
        messages, starts = self._passing.started(batch.messages)
        self._store(self._known.moved(cursor, rows), messages, starts)
        if begun := [channel for channel, start in starts.items() if isinstance(start, str)]:
            self._observe(PassingBegan(begun[0], len(begun)))
        self._observe(Carried(len(batch.rows), batch.count))
        self.acknowledged += 1

    def close_window(self) -> None:
        """It is read out."""
        self._store(self._known.moved(self.cursor.read_out()), {})

    def lease(self) -> str | None:
        """What the leader, another process, said last."""
        return self._step.lease()

    def beat(self, name: str) -> None:
        """Every 3 s: tell the standbys, by Redis, that the leader of this name moves."""
        if monotonic() - self._beat_at >= HEARTBEAT_SECONDS:
            self._beats += 1
            self._step.hold_lease(f"{name}/{self._beats}")
            self._beat_at = monotonic()
            self.acknowledged += 1

    def _store(self, record: Record, messages: Mapping[Channel, Sequence[bytes]], starts: Starts = NO_STARTS) -> None:
        assert self._stored is not None, "`resume` comes first"
        with self._sending(record) as text:
            self._step.publish(self._stored, text, messages, starts)

    def _tell_announced(self, reason: str, channels: int) -> None:
        if channels:
            self._observe(PassingAnnounced(reason, channels))

    @contextmanager
    def _sending(self, record: Record) -> Iterator[str]:
        """What Redis says of this record's text: done, or not; or nothing, and then it is in flight."""
        before, self._in_flight = self._in_flight, str(record)
        try:
            yield self._in_flight
        except (NotPublishedError, RefusedError):
            self._in_flight = before
            raise
        self._stored, self._record, self._in_flight = self._in_flight, record, None

    def _begin(self, begin: BeginEpoch, held: Held, database: Database, log: Log) -> None:
        """The snapshot first, then the announcement, in the step that stores it (C9); or before it, where that may be
        repeated.
        """
        if removed := database.remove_foreign_rows():
            self._observe(ForeignRowsRemoved(removed))
        seen, lsn = log.position()
        trimmed = log.trimmed(lsn)
        record = Record(beginning(seen, log.newest_xid(seen)), database.renew_identity(), trimmed)
        formers = {head.owner for head in held.heads.values()} - {self.source.owner} if begin.is_adopting else ()
        told = self._passing.announce(held.cursor, lambda _: True, lambda: self._live(database), formers)
        self._tell_announced(begin.reason, told)
        began = EpochBegan(begin.reason, tuple(self._routes.channels))
        self._store_epochs(record, held.cursor, began, is_adopting=begin.is_adopting)

    def _live(self, database: Database) -> None:
        """What must go on meanwhile."""
        database.beat()
        self.beat(database.name)

    def _go_on(self, going_on: GoOn, held: str, database: Database) -> None:
        """The new incarnation is stored at once: what was published under it must not be gone on with under another."""
        if going_on.is_redis_new:
            self._step.confirm(held)
            self._observe(RedisReplaced())
        if held != self._stored:
            self._in_flight = None  # it was done, or can't be done any more
        self._stored, self._record = held, going_on.record
        record = replace(going_on.record, identity=database.renew_identity())
        if going_on.new_channels:
            began = EpochBegan("nothing was published there before", going_on.new_channels)
            self._store_epochs(record, held, began, is_adopting=False)
        else:
            self._store(record, {})

    def _store_epochs(self, record: Record, held: str | None, began: EpochBegan, *, is_adopting: bool) -> None:
        epochs = {Channel(channel): new_epoch() for channel in began.channels}
        self._untold = epochs, began
        announced = {channel: self._routes.announcements(channel, epoch) for channel, epoch in epochs.items()}
        with self._sending(record) as text:
            self._step.begin(held, text, epochs, announced, adopt=is_adopting)
        self._untold = None
        self._observe(began)

    def _tell_begun(self, heads: Mapping[Channel, Head]) -> None:
        """Epochs that began without our knowing, as a look shows."""
        if self._untold is None:
            return
        epochs, began = self._untold
        if all(channel in heads and heads[channel].epoch == epoch for channel, epoch in epochs.items()):
            self._untold = None
            self._observe(began)


def new_epoch() -> str:
    """64 random bits: a counter that Redis kept could go back with it (X3)."""
    return token_hex(8)
