"""Finds out what a client may do. Who has to ask a database or the site's callables for that asks in a thread.

Who asks in one turn of the loop asks together, unless the site's callables are to be asked: one of those may take long.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest

from ws.access import Access
from ws.gateway.admission import NOBODY, Admission, admission
from ws.gateway.client import Client
from ws.gateway.handshake import Answer
from ws.gateway.proxies import Asker
from ws.gateway.query import Wish, is_narrow
from ws.gateway.session_users import find_users
from ws.gateway.threads import Threads, close_old
from ws.gateway.visitors import admit, django_request, identify, session_request
from ws.settings import WsSettings

ADMISSION_THREADS = 8
"""Each with a connection to the database while it asks."""
TOGETHER = 32
"""So many at most ask together, and the next thread begins. Fewer ask the database more often; of more, what is kept of
each stands among more garbage."""

Outcome = Admission | Exception | None
Decided = Callable[[Outcome], None]


@dataclass(frozen=True, slots=True)
class _Question:
    """What this client may do."""

    request: Callable[[], HttpRequest]
    """As a view would see it; to be made in the thread, for many may be asked about in one turn."""
    wish: Wish
    waits: Callable[[], bool]
    """Whether anybody still wants to know."""
    decided: Decided
    is_again: bool = False


class Doorkeeper:
    """Of one process."""

    def __init__(self, access: Access, settings: WsSettings, loop: asyncio.AbstractEventLoop) -> None:
        self._access = access
        self._prefix = settings.prefix
        self._loop = loop
        self._together = 1 if access.asks_the_site else TOGETHER
        self._questions: list[_Question] = []
        """Of this turn."""
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
        return None if any(map(is_narrow, words)) else admission(wish, words, NOBODY, self._prefix)

    def ask(self, client: Client, answer: Answer, decided: Decided) -> None:
        """Say what it may, or what was raised when that was asked; None where it does not wait any more by then."""
        assert answer.request is not None
        assert answer.wish is not None
        assert answer.asker is not None
        request = partial(django_request, answer.request, answer.asker)
        self._ask(_Question(request, answer.wish, lambda: client.is_waiting, decided))

    def ask_again(self, client: Client, decided: Decided) -> None:
        """Of a client that was admitted so, in the same way.

        Where no callable of the site's reads a request, its session says it all.
        """
        assert client.wish is not None, "who was admitted without asking is not asked about again"

        def request() -> HttpRequest:
            found = client.request or session_request(client.admission.standing.session_key)
            return django_request(found, client.asker or Asker(client.address))

        self._ask(_Question(request, client.wish, lambda: client.is_open, decided, is_again=True))

    def close(self) -> None:
        """Nobody is asked any more."""
        self._threads.close()

    def _ask(self, question: _Question) -> None:
        if not self._questions:
            self._loop.call_soon(self._hand_over)
        self._questions.append(question)

    def _hand_over(self) -> None:
        questions, self._questions = self._questions, []
        for start in range(0, len(questions), self._together):
            self._ask_together(questions[start : start + self._together])

    def _ask_together(self, questions: Sequence[_Question]) -> None:
        def answered(outcomes: Sequence[Outcome] | Exception) -> None:
            each = [outcomes] * len(questions) if isinstance(outcomes, Exception) else outcomes
            for question, outcome in zip(questions, each, strict=True):
                self._loop.call_soon(question.decided, outcome)

        self._threads.ask(lambda: self._outcomes(questions), answered)

    # In a thread.

    def _outcomes(self, questions: Sequence[_Question]) -> Sequence[Outcome]:
        """One for each. What is raised of one is no other's affair."""
        found = [self._identified(question) for question in questions]
        find_users([asked for asked in found if isinstance(asked, HttpRequest)])
        return [
            self._admitted(question, asked) if isinstance(asked, HttpRequest) else asked
            for question, asked in zip(questions, found, strict=True)
        ]

    def _identified(self, question: _Question) -> HttpRequest | Exception | None:
        if not question.waits():
            return None
        try:
            asked = question.request()
            identify(asked, question.wish, self._access, is_again=question.is_again)
        except Exception as error:  # noqa: BLE001 - it is told where it is decided
            close_old()
            return error
        return asked

    def _admitted(self, question: _Question, asked: HttpRequest) -> Outcome:
        if not question.waits():
            return None
        try:
            return admit(asked, question.wish, self._access, self._prefix)
        except Exception as error:  # noqa: BLE001 - it is told where it is decided
            close_old()
            return error
