"""Writes the canaries of a listener that leads, and sees whether they come: a thread and a session of its own.

It writes as an application does, so that a doorbell which nobody hears, a reading which hangs, a Redis which swallows
are found, each from outside the thread that is held by it.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import time_ns
from types import TracebackType
from typing import Any, Self

import psycopg2
from psycopg2 import sql

from ws.listener.canary import Canary
from ws.listener.link import describe
from ws.listener.observations import CanaryHeard, CanarySilent
from ws.listener.session import SESSION, Session
from ws.observation import Observe

LOOKS_BETWEEN = 4
"""So often it looks in the time between two canaries."""
STOP_SECONDS = 5.0
NAME = "rowcast canary"
"""Of the session, for who looks into PostgreSQL."""
NANOSECONDS_OF_A_MILLISECOND = 1_000_000


class _StoppedError(Exception):
    """It is to end, and PostgreSQL has not answered yet."""


@dataclass(frozen=True, slots=True)
class Pen:
    """With what canaries are written, and where."""

    arguments: dict[str, Any]
    """Of a connection."""
    statement: sql.Composable
    is_pooled: bool = False
    """Behind a transaction pooler: nothing may be set."""

    def connect(self, meanwhile: Callable[[], None]) -> Session:
        named = {**self.arguments, "application_name": NAME}
        return Session(named, meanwhile, settings="" if self.is_pooled else SESSION)


class CanaryWriter:
    """From the beginning of the block to its end, while `leads` says so."""

    def __init__(self, canary: Canary, pen: Pen, leads: Callable[[], bool], observe: Observe) -> None:
        self._canary = canary
        self._pen = pen
        self._leads = leads
        self._observe = observe
        self._session: Session | None = None
        self._silent_for = 0.0
        """It was told; 0: not."""
        self._error = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rowcast canary", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        looks = 0
        while not self._stop.wait(self._canary.seconds / LOOKS_BETWEEN):
            leads = self._leads()
            self._canary.lead(is_leading=leads)
            self._look()
            looks = (looks + 1) % LOOKS_BETWEEN
            if not leads:
                self._hang_up()
            elif looks == 0:
                with suppress(_StoppedError):
                    self._write()
        self._hang_up()

    def _write(self) -> None:
        """Their numbers are of the clock, so that a later leader's follow an earlier one's."""
        number = time_ns() // NANOSECONDS_OF_A_MILLISECOND
        try:
            if self._session is None:
                self._session = self._pen.connect(self._look_while_waiting)
            self._session.ask(self._pen.statement, {"key": str(number)})
        except psycopg2.Error as error:
            self._error = describe(error).strip()
            self._hang_up()
        else:
            self._error = ""
            self._canary.wrote(number)

    def _look_while_waiting(self) -> None:
        if self._stop.is_set():
            raise _StoppedError
        self._canary.lead(is_leading=self._leads())
        self._look()

    def _look(self) -> None:
        """Silence is told once, and so is its end."""
        if self._canary.is_silent:
            if not self._silent_for:
                self._observe(CanarySilent(self._canary.silent_seconds(), self._canary.hop, self._error))
            self._silent_for = self._canary.silent_seconds()
        elif self._silent_for:
            self._observe(CanaryHeard(self._silent_for))
            self._silent_for = 0.0

    def _hang_up(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()
