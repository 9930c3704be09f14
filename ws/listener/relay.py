"""The listener's loop: notifications in, batches out, and patience with whichever side is away.

Promise: what is notified while we listen is published once, in the order of the commits, or its loss is observed.
"""

from collections.abc import Callable
from select import select

import psycopg2

from ws.backoff import backoff_seconds
from ws.listener.backlog import Backlog
from ws.listener.link import NotPublishedError, OutcomeUnknownError, describe
from ws.listener.log_observations import Carried
from ws.listener.notifications import Notifications
from ws.listener.observations import (
    BacklogFull,
    DatabaseLost,
    OutcomeUnknown,
    RedisLost,
    RedisRegained,
    Stopped,
    StoppedShort,
)
from ws.listener.outlet import Outlet
from ws.listener.stop import StopSignal
from ws.observation import Observation, Observe

IDLE_SECONDS = 1.0
ANSWER_SECONDS = 2.0
"""How long a stopping listener waits for what was committed before the stop."""
STOP_SECONDS = 3.0
"""How long a stopping listener goes on publishing what waits."""


class Relay:
    """Carries messages from one notification channel to one outlet until it is asked to stop."""

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        listen: Callable[[], Notifications],
        outlet: Outlet,
        observe: Observe,
        *,
        now: Callable[[], float],
        chance: Callable[[], float],
        moved: Callable[[], None] = lambda: None,
    ) -> None:
        """`moved`: called in every round, a second apart at most, so that others see it move."""
        self._listen = listen
        self._outlet = outlet
        self._observe = observe
        self._now = now
        self._chance = chance
        self._moved = moved
        self._backlog = Backlog()
        self._failures = 0
        self._publish_at = 0.0

    def run(self, stop: StopSignal, listening: Observation) -> int:
        """Return when stopped, with the number of messages that were not published. Observes `listening` each time."""
        attempt = 0
        while not stop.is_set:
            try:
                with self._listen() as notifications:
                    self._observe(listening)
                    self._add(notifications.take())
                    attempt = 0
                    self._carry(notifications, stop)
            except psycopg2.Error as error:
                attempt += 1
                wait = backoff_seconds(attempt, self._chance())
                self._observe(DatabaseLost(describe(error).strip(), wait))
                self._publish_while_waiting(stop, self._now() + wait)
        self._publish_rest(self._now() + STOP_SECONDS)
        unsent = len(self._backlog)
        self._observe(StoppedShort(unsent) if unsent else Stopped())
        return unsent

    def _publish_rest(self, until: float) -> None:
        """One more try without waiting for its turn, and on while Redis takes what waits."""
        self._publish_at = self._now()
        while self._backlog and self._publish_at <= self._now() < until:
            self._publish_due()

    def _carry(self, notifications: Notifications, stop: StopSignal) -> None:
        while not stop.is_set:
            # Looked at before waiting: what came with the answer to LISTEN is in memory, not on the wire.
            self._add(notifications.take())
            self._publish_due()
            select([notifications.fileno(), stop.fileno()], [], [], self._idle_seconds())
            # Before PostgreSQL is asked anything: where it does not answer, what has come would go with the session.
            self._add(notifications.take())
            notifications.beat()
        self._add(notifications.take_rest(ANSWER_SECONDS))

    def _publish_while_waiting(self, stop: StopSignal, until: float) -> None:
        while not stop.is_set and (rest := until - self._now()) > 0:
            self._publish_due()
            select([stop.fileno()], [], [], min(rest, self._idle_seconds()))

    def _idle_seconds(self) -> float:
        """Until the next attempt to publish, where messages wait for one."""
        return max(0.0, self._publish_at - self._now()) if self._backlog else IDLE_SECONDS

    def _add(self, messages: list[bytes]) -> None:
        if dropped := self._backlog.add(messages):
            self._observe(BacklogFull(dropped))

    def _publish_due(self) -> None:
        """Publish one batch of what waits, unless the last attempt failed a moment ago."""
        self._moved()
        if self._backlog and self._now() >= self._publish_at:
            batch = self._backlog.batch()
            try:
                self._outlet.publish(batch)
            except NotPublishedError as error:
                self._failed(error)
            except OutcomeUnknownError as error:
                self._backlog.forget(len(batch))
                self._observe(OutcomeUnknown(str(error), len(batch)))
                self._wait_for_turn()
            else:
                self._backlog.forget(len(batch))
                self._observe(Carried(0, len(batch)))
                self._succeeded()

    def _failed(self, error: NotPublishedError) -> None:
        self._observe(RedisLost(str(error), len(self._backlog), self._wait_for_turn()))

    def _wait_for_turn(self) -> float:
        """Put the next attempt off; by how many seconds."""
        self._failures += 1
        wait = backoff_seconds(self._failures, self._chance())
        self._publish_at = self._now() + wait
        return wait

    def _succeeded(self) -> None:
        if self._failures:
            self._observe(RedisRegained(self._failures))
        self._failures = 0
