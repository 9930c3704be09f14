"""The listener behind a transaction pooler, where neither rings nor locks reach us: it looks every second.

It does not lead: any number may run, for Redis refuses whoever is not where it stands, and that one looks again.
"""

from collections.abc import Callable
from select import select

from ws.listener.carrier import Carrier
from ws.listener.stop import StopSignal

POLL_SECONDS = 1.0


def poll(carrier: Carrier, stop: StopSignal, beat: Callable[[], None]) -> None:
    """Until the stop. Raises psycopg2.Error, and what the carrier raises."""
    while not stop.is_set:
        if not carrier.drain():
            select([stop.fileno()], [], [], POLL_SECONDS)
        beat()
