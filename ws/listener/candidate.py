"""One of any number of `runlistener` processes: it stands by, or it leads (PROTOCOL.md, L1 to L3).

Whoever holds the advisory lock LEADER leads. A leader whose connection ends frees it at once; one that lives but
does not move is found by its heartbeat in Redis, and its sessions are ended. Who was refused by Redis looks whether it
still leads.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from select import select
from time import monotonic

import psycopg2
from django.db import close_old_connections

from ws.backoff import backoff_seconds
from ws.health.standing import Pulse
from ws.listener.alarms import Alarms
from ws.listener.carrier import Carrier
from ws.listener.database import Database
from ws.listener.heads import Source
from ws.listener.leader import Leader
from ws.listener.link import NotPublishedError, OutcomeUnknownError, describe
from ws.listener.notifications import HEARTBEAT_SECONDS
from ws.listener.observations import (
    Leading,
    PublicationFailed,
    PublicationRefused,
    PublicationRegained,
    SessionLost,
    StandingBy,
    SteppedDown,
    Stopped,
    TookOver,
)
from ws.listener.poller import poll
from ws.listener.publication import Publication, TrimmedError
from ws.listener.retention import Retention
from ws.listener.session import Session
from ws.listener.step import RefusedError
from ws.listener.stop import StopSignal
from ws.listener.tally import Tally
from ws.observation import Observe

TRY_SECONDS = 0.5
"""Between two tries to lead."""
STALE_SECONDS = 10.0
"""A leader that has not moved for so long is ended."""
STILL_SECONDS_AT_MOST = 20.0
"""The longest that a listener waits for one thing without a look around, for Redis, and three times more: one that has
not moved for so long is not alive.
"""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a candidate is made of."""

    connect: Callable[[Callable[[], None]], Database]
    """Makes the sessions; what is due meanwhile is an argument."""
    publication: Callable[[Source], Publication]
    retention: Retention
    alarms: Alarms
    tally: Tally
    notification_channel: str
    database_name: str
    redis_name: str
    pulse: Pulse = field(default_factory=lambda: Pulse(monotonic, STILL_SECONDS_AT_MOST))
    """By which others see that this one moves."""
    is_pooled: bool = False
    """Behind a transaction pooler: no locks, no rings."""


class _StoppedError(Exception):
    """It is to end, and PostgreSQL has not answered yet."""


class Candidate:
    """Runs until it is stopped. Raises what forbids to publish here: UnfitDatabaseError, SuccessionError."""

    def __init__(self, parts: Parts, observe: Observe, stop: StopSignal, chance: Callable[[], float]) -> None:
        self._parts = parts
        self._observe = observe
        self._stop = stop
        self._chance = chance
        self._publication: Publication | None = None
        self._database: Database | None = None
        self._ear: Session | None = None
        self._failures = 0
        self._acknowledged = 0
        self._is_refused = False
        """Whether Redis did not take what was last sent."""
        self._is_told = False
        """Whether it was observed that this candidate leads."""
        self._is_leading = False

    def run(self, *, is_once: bool = False) -> None:
        """`is_once`: lead, publish what is there, and end."""
        attempt = 0
        while not self._stop.is_set:
            try:
                with self._parts.connect(self._beat) as database:
                    attempt = 0
                    self._database, self._ear = database, None
                    if not self._may_lead(database, is_once=is_once):
                        break
                    if self._lead(database, is_once=is_once):
                        break
            except psycopg2.Error as error:
                attempt += 1
                wait = backoff_seconds(attempt, self._chance())
                self._observe(SessionLost(describe(error).strip(), wait))
                select([self._stop], [], [], wait)
            except _StoppedError:
                break
            finally:
                self._database, self._is_leading = None, False
        self._parts.tally.tell_all()
        self._observe(Stopped())

    def _may_lead(self, database: Database, *, is_once: bool) -> bool:
        """Who polls need not lead. False: it was stopped, or another one leads and will do what is to be done once."""
        if self._parts.is_pooled:
            return True
        if is_once and not database.locks.take_leader():
            self._observe(StandingBy(*(database.locks.leader() or (0, "another listener"))))
            return False
        return self._stand_by(database)

    def _stand_by(self, database: Database) -> bool:
        """Whether LEADER is ours, in the end."""
        watch = Watch(monotonic())
        told: tuple[int, str] | None = None
        publication = self._publication_of(database)
        while not self._stop.is_set:
            if database.locks.take_leader():
                return True
            self._parts.pulse.move()
            leader = database.locks.leader()
            if leader is not None and leader != told:
                told = leader
                self._observe(StandingBy(*leader))
            if leader is not None and watch.is_due(monotonic()):
                self._watch(watch, publication, database, leader[1])
            database.beat()
            select([self._stop], [], [], TRY_SECONDS)
        return False

    def _watch(self, watch: "Watch", publication: Publication, database: Database, name: str) -> None:
        try:
            lease = publication.lease()
        except (NotPublishedError, OutcomeUnknownError):
            watch.look_away(monotonic())
            return
        if (seconds := watch.look(lease, monotonic())) >= STALE_SECONDS:
            self._observe(TookOver(name, seconds, tuple(database.locks.end_sessions(name))))
            watch.look_away(monotonic())

    def _lead(self, database: Database, *, is_once: bool) -> bool:
        """Whether it is done: stopped, or published once. False: it leads no more."""
        publication = self._publication_of(database)
        log = database.open_log()
        carrier = Carrier(log, publication, self._observe, self._stop, self._keep)
        self._is_told, self._is_leading = False, True
        while not self._stop.is_set:
            try:
                publication.resume(database, log)
                self._tell(publication)
                self._work(database, carrier, is_once=is_once)
            except TrimmedError:
                database.locks.give_asleep_back()  # `resume` sees it, and begins a new epoch
            except RefusedError as error:
                self._observe(PublicationRefused(str(error)))
                if not (self._parts.is_pooled or database.locks.holds_leader()):
                    self._observe(SteppedDown("another listener leads"))
                    return False
                self._wait(database, publication, str(error))
            except (NotPublishedError, OutcomeUnknownError) as error:
                self._wait(database, publication, str(error))
            else:
                return True
        return True

    def _work(self, database: Database, carrier: Carrier, *, is_once: bool) -> None:
        """Until the stop, or once."""
        self._keep()
        if is_once:
            carrier.drain_all()
            return
        if self._parts.is_pooled:
            poll(carrier, self._stop, self._keep)
            return
        if self._ear is None:
            self._ear = database.listen(self._parts.notification_channel)
        Leader(database, self._ear, carrier, observe=self._observe, stop=self._stop, beat=self._keep).run()

    def _tell(self, publication: Publication) -> None:
        if not self._is_told:
            channels = tuple(publication.routes.channels)
            self._observe(Leading(self._parts.database_name, self._parts.redis_name, channels))
            self._is_told = True

    def _tell_regained(self, publication: Publication) -> None:
        if self._is_refused and publication.acknowledged != self._acknowledged:
            self._is_refused = False
            self._observe(PublicationRegained())

    def _keep(self) -> None:
        """What must go on whatever else is done: heartbeats, the log's bounds, and a look at what hurts or will.

        The site's functions may have used Django's connections, of which none that broke is kept.
        """
        self._parts.pulse.move()
        self._parts.tally.tell_due(monotonic())
        close_old_connections()
        if self._database is not None and self._publication is not None:
            self._database.beat()
            self._publication.beat(self._database.name)
            self._tell_regained(self._publication)
            self._parts.retention.rotate_when_due(self._database, self._publication.known_cursor)
            self._parts.alarms.look_when_due(self._database)

    def _wait(self, database: Database, publication: Publication, error: str) -> None:
        """Nobody rings meanwhile, the sessions stay, and so do the limits of the log."""
        database.locks.give_asleep_back()
        self._failures = 1 if publication.acknowledged != self._acknowledged else self._failures + 1
        self._acknowledged, self._is_refused = publication.acknowledged, True
        wait = backoff_seconds(self._failures, self._chance())
        self._observe(PublicationFailed(error, wait))
        deadline = monotonic() + wait
        while not self._stop.is_set and (rest := deadline - monotonic()) > 0:
            select([self._stop], [], [], min(rest, HEARTBEAT_SECONDS / 2))
            self._parts.pulse.move()
            database.beat()
            self._parts.retention.rotate_when_due(database, publication.known_cursor)

    def _beat(self) -> None:
        """While one session waits for a long answer, the others live on, and the leader moves. Raises _StoppedError."""
        if self._stop.is_set:
            raise _StoppedError
        self._parts.pulse.move()
        if self._database is not None:
            self._database.beat()
            if self._is_leading and self._publication is not None:
                with suppress(NotPublishedError, OutcomeUnknownError):  # the next step meets it, and says so
                    self._publication.beat(self._database.name)

    def _publication_of(self, database: Database) -> Publication:
        """The same as long as it is the same log: it remembers what Redis has acknowledged."""
        source = Source(database.system, database.database_oid, database.place.log_oid)
        if self._publication is None or self._publication.source != source:
            self._publication = self._parts.publication(source)
        return self._publication


class Watch:
    """How long the leader's heartbeat has stood still, as far as we could see. Pure: time is an argument."""

    def __init__(self, now: float) -> None:
        self._lease: str | None = None
        self._changed_at = now
        self._look_at = now

    def is_due(self, now: float) -> bool:
        return now >= self._look_at

    def look(self, lease: str | None, now: float) -> float:
        """Seconds since it last moved. That Redis forgets it after a while is no move."""
        self._look_at = now + HEARTBEAT_SECONDS / 2
        if lease is not None and lease != self._lease:
            self._lease, self._changed_at = lease, now
        return now - self._changed_at

    def look_away(self, now: float) -> None:
        """Nothing could be seen: count anew."""
        self._look_at, self._changed_at = now + HEARTBEAT_SECONDS / 2, now
