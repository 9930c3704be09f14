"""Looks now and then at what will hurt before it does: a queue that fills up, a transaction that does not end.

A full queue of notifications fails every COMMIT that notifies (manual, "NOTIFY"); a transaction that has written to the
log keeps the listener from its sleep, and any open one keeps PostgreSQL from cleaning up.
"""

import json
from time import monotonic

from ws.listener.database import Database
from ws.listener.log_observations import QueueFilling, TransactionOpen
from ws.listener.statements import statement
from ws.observation import Observe

LOOK_SECONDS = 30.0
QUEUE_USAGE = 0.1
OPEN_SECONDS = 300.0


class Alarms:
    """Of one database. What it has told of a transaction it does not tell again until another one is the oldest."""

    def __init__(self, observe: Observe) -> None:
        self._observe = observe
        self._look_at = monotonic() + LOOK_SECONDS
        self._told_pid = 0

    def look_when_due(self, database: Database) -> None:
        """Raises psycopg2.Error when PostgreSQL is lost."""
        if monotonic() >= self._look_at:
            self._look_at = monotonic() + LOOK_SECONDS
            self.look(database)

    def look(self, database: Database) -> None:
        """Now."""
        ((usage, oldest),) = database.guard.ask(statement("troubles"))
        pid, name, seconds = json.loads(oldest) if oldest else (0, "", 0.0)
        if usage > QUEUE_USAGE:
            self._observe(QueueFilling(usage, pid, name))
        if seconds > OPEN_SECONDS and pid != self._told_pid:
            self._observe(TransactionOpen(pid, name, seconds))
            self._told_pid = pid
