"""Who listens to the row trigger's notifications, as the systems do that install one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from select import select

from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from stress.writes.databases import NOTIFY_CHANNEL

LOOK_SECONDS = 0.2


@contextmanager
def hearing(database: Connection) -> Iterator[None]:
    """Takes all of them up and does nothing with them, so it is no slower than any real one."""
    with database.cursor() as cursor:
        cursor.execute(f"LISTEN {NOTIFY_CHANNEL}")
    stop = threading.Event()
    hearer = threading.Thread(target=_hear, args=(database, stop))
    hearer.start()
    try:
        yield
    finally:
        stop.set()
        hearer.join()


def _hear(database: Connection, stop: threading.Event) -> None:
    while not stop.is_set():
        select([database], [], [], LOOK_SECONDS)
        database.poll()
        database.notifies.clear()
