"""Threads for what blocks: the database, the cache, the site's callables.

They end with the process, however long a database keeps one of them waiting, and keep to CONN_MAX_AGE as requests do.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TypeVar

from django.db import Error, close_old_connections, connections

Answer = TypeVar("Answer")
Job = Callable[[], None]

PAUSE_SECONDS = 1.0
"""After so long without a question the connection to the database is closed, unless CONN_MAX_AGE keeps it."""


class Threads:
    """Of a loop: at most so many, each started when the others are busy."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, at_most: int, name: str, pause_seconds: float = PAUSE_SECONDS
    ) -> None:
        self._loop = loop
        self._pause_seconds = pause_seconds
        self._at_most = at_most
        self._name = name
        self._jobs = SimpleQueue[Job | None]()
        self._count = 0
        self._unfinished = 0
        self._lock = threading.Lock()

    def ask(self, question: Callable[[], Answer], answered: Callable[[Answer | Exception], None]) -> None:
        """Ask in one of the threads; in the loop, say what the answer is, or what was raised."""
        with self._lock:
            self._unfinished += 1
            is_needed = self._unfinished > self._count < self._at_most
            self._count += is_needed
        self._jobs.put(lambda: self._answer(question, answered))
        if is_needed:
            threading.Thread(target=self._work, name=f"{self._name} {self._count}", daemon=True).start()

    def close(self) -> None:
        """Let them end, with their connections, when they have done what was asked."""
        with self._lock:
            count, self._at_most = self._count, 0
        for _ in range(count):
            self._jobs.put(None)

    def _answer(self, question: Callable[[], Answer], answered: Callable[[Answer | Exception], None]) -> None:
        answer: Answer | Exception
        try:
            answer = question()
        except Exception as error:  # noqa: BLE001 - it is told where it is answered
            answer = error
            close_old()
        with self._lock:
            self._unfinished -= 1
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(answered, answer)

    def _work(self) -> None:
        while (job := self._next_job()) is not None:
            job()
        connections.close_all()

    def _next_job(self) -> Job | None:
        """A crowd is one request to Django's CONN_MAX_AGE: connecting takes several times as long as most questions."""
        try:
            return self._jobs.get(timeout=self._pause_seconds)
        except Empty:
            close_old()
        job = self._jobs.get()
        close_old()
        return job


def close_old() -> None:
    """A database that is gone does not end the thread: the next question will say so."""
    with suppress(Error):
        close_old_connections()
