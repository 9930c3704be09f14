"""Finds out what a client may do. Who has to ask a database or the site's callables for that asks in a thread."""

import asyncio
from collections.abc import Callable

from ws.access import Access
from ws.gateway.admission import NOBODY, Admission, admission
from ws.gateway.client import Client
from ws.gateway.handshake import Answer
from ws.gateway.proxies import Asker
from ws.gateway.query import Wish, is_narrow
from ws.gateway.threads import Threads
from ws.gateway.visitors import admit, django_request, session_request
from ws.settings import WsSettings

ADMISSION_THREADS = 8
"""Each with a connection to the database while it asks."""

Decided = Callable[[Admission | Exception | None], None]


class Doorkeeper:
    """Of one process."""

    def __init__(self, access: Access, settings: WsSettings, loop: asyncio.AbstractEventLoop) -> None:
        self._access = access
        self._settings = settings
        self._threads = Threads(loop, ADMISSION_THREADS, "rowcast admission")

    def at_once(self, wish: Wish) -> Admission | None:
        """What anybody may; None where somebody has to be asked."""
        access = self._access
        if access.process_request or access.allowed_channels or wish.ticket is not None:
            return None
        words = [word for word in wish.words if word in access.words]
        if access.allow_publish is False:
            words = [word for word in words if not word.startswith("publish-")]
        elif access.allow_publish is not True:
            return None
        return None if any(map(is_narrow, words)) else admission(wish, words, NOBODY, self._settings.prefix)

    def ask(self, client: Client, answer: Answer, decided: Decided) -> None:
        """Say what it may, or what was raised when that was asked; None where it does not wait any more by then."""
        self._threads.ask(lambda: self._admit(answer) if client.is_waiting else None, decided)

    def ask_again(self, client: Client, decided: Decided) -> None:
        """Of a client that was admitted so, in the same way."""
        self._threads.ask(lambda: self._admit_again(client) if client.is_open else None, decided)

    def close(self) -> None:
        """Nobody is asked any more."""
        self._threads.close()

    def _admit(self, answer: Answer) -> Admission:
        assert answer.request is not None
        assert answer.wish is not None
        assert answer.asker is not None
        asked = django_request(answer.request, answer.asker)
        return admit(asked, answer.wish, self._access, self._settings.prefix)

    def _admit_again(self, client: Client) -> Admission:
        """Where no callable of the site's reads a request, its session says it all."""
        assert client.wish is not None, "who was admitted without asking is not asked about again"
        request = client.request or session_request(client.admission.standing.session_key)
        asked = django_request(request, client.asker or Asker(client.address))
        return admit(asked, client.wish, self._access, self._settings.prefix, is_again=True)
