"""Who was admitted as somebody is looked at again and again: who has lost a right has lost the channel within 5 s.

Every 2 s the database is asked, in a thread, whether anything changed that admissions rest on; only whom that concerns
is admitted anew.
"""

import asyncio
from collections.abc import Callable, Mapping
from traceback import format_exception
from typing import Generic, Protocol, TypeVar

from ws.gateway.admission import NO_STANDING, Admission, Standing
from ws.gateway.observations import RecheckFailed
from ws.gateway.prints import prints
from ws.gateway.standing import Print
from ws.gateway.threads import Threads
from ws.observation import Observe

RECHECK_SECONDS = 2.0


class Admitted(Protocol):
    """A client, as it is seen here."""

    @property
    def admission(self) -> Admission: ...


Client = TypeVar("Client", bound=Admitted)


class Rechecks(Generic[Client]):
    """Of one process."""

    def __init__(self, loop: asyncio.AbstractEventLoop, observe: Observe, look_again: Callable[[Client], None]) -> None:
        self._loop = loop
        self._observe = observe
        self._look_again = look_again
        self._prints: dict[Client, Print | None] = {}
        """None: something may have changed while it was admitted."""
        self._thread = Threads(loop, 1, "rowcast recheck")
        self._fails = False

    def start(self) -> None:
        """From now on."""
        self._loop.call_later(RECHECK_SECONDS, self._begin)

    def close(self) -> None:
        """Nobody is looked at any more."""
        self._prints.clear()
        self._thread.close()

    def add(self, client: Client) -> None:
        """If it rests on anything."""
        if client.admission.standing != NO_STANDING:
            self._prints[client] = None

    def remove(self, client: Client) -> None:
        """Removing it twice does no harm."""
        self._prints.pop(client, None)

    def _begin(self) -> None:
        standings = list(dict.fromkeys(client.admission.standing for client in self._prints))
        if standings:
            self._thread.ask(lambda: prints(standings), self._end)
        else:
            self.start()

    def _end(self, outcome: Mapping[Standing, Print] | Exception) -> None:
        """Where nobody can be asked the clients stay as they are, and the first failure of a row is told."""
        if isinstance(outcome, Exception):
            if not self._fails:
                self._observe(RecheckFailed("".join(format_exception(outcome))))
            self._fails = True
        else:
            self._fails = False
            self._compare(outcome)
        self.start()

    def _compare(self, found: Mapping[Standing, Print]) -> None:
        for client in tuple(self._prints):
            before = self._prints[client]
            now = found.get(client.admission.standing, before)
            if now != before:
                self._prints[client] = now
                self._look_again(client)
