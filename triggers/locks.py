"""How DDL waits for locks: briefly and several times, for a queued request makes every later writer queue behind it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg2 import errors

LOCK_TIMEOUT = "2s"
LOCK_ATTEMPTS = 3
RECONCILE_LOCK = int.from_bytes(b"rowcast")
"""Advisory lock: two migrations at once take turns."""

log = logging.getLogger("rowcast.triggers")


@contextmanager
def in_turn(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """A transaction in which no other migration is at our objects."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [RECONCILE_LOCK])
        yield


def try_repeatedly(connection: BaseDatabaseWrapper, what: str, work: Callable[[CursorWrapper], None]) -> bool:
    """Do the work in a transaction of its own; False where a lock was not to be had. Raises DatabaseError."""
    for attempt in range(1, LOCK_ATTEMPTS + 1):
        try:
            _do(connection, work)
        except DatabaseError as error:
            if not isinstance(error.__cause__, errors.LockNotAvailable):
                raise
            log.info("%s is busy, attempt %s of %s", what, attempt, LOCK_ATTEMPTS)
        else:
            return True
    return False


def _do(connection: BaseDatabaseWrapper, work: Callable[[CursorWrapper], None]) -> None:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
        lock_timeout_before, _ = cursor.fetchone()
        work(cursor)
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [lock_timeout_before])
