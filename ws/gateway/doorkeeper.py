"""Finds out what a client may do. Who has to ask a database or the site's callables for that asks in a thread."""

import asyncio
from collections.abc import Callable
from functools import partial

from ws.access import Access
from ws.gateway.admission import NOBODY, Admission, admission
from ws.gateway.handshake import Answer
from ws.gateway.query import Wish, is_narrow
from ws.gateway.threads import Threads
from ws.gateway.visitors import admit, django_request

ADMISSION_THREADS = 8
"""Each with a connection to the database while it asks."""


class Doorkeeper:
    """Of one process."""

    def __init__(self, access: Access, prefix: str | None, loop: asyncio.AbstractEventLoop) -> None:
        self._access = access
        self._prefix = prefix
        self._threads = Threads(loop, ADMISSION_THREADS, "rowcast admission")

    def at_once(self, wish: Wish) -> Admission | None:
        """What anybody may; None where somebody has to be asked."""
        access = self._access
        if access.process_request or access.allowed_channels:
            return None
        words = [word for word in wish.words if word in access.words]
        if access.allow_publish is False:
            words = [word for word in words if not word.startswith("publish-")]
        elif access.allow_publish is not True:
            return None
        return None if any(map(is_narrow, words)) else admission(wish, words, NOBODY, self._prefix)

    def ask(
        self,
        answer: Answer,
        address: str,
        decided: Callable[[Admission | Exception | None], None],
        is_waiting: Callable[[], bool],
    ) -> None:
        """Say what it may, or what was raised when that was asked; None where it does not wait any more by then."""
        self._threads.ask(partial(self._admit, answer, address, is_waiting), decided)

    def close(self) -> None:
        """Nobody is asked any more."""
        self._threads.close()

    def _admit(self, answer: Answer, address: str, is_waiting: Callable[[], bool]) -> Admission | None:
        assert answer.request is not None
        assert answer.wish is not None
        if not is_waiting():
            return None
        return admit(django_request(answer.request, address), answer.wish, self._access, self._prefix)
