"""Logs as a reader of observations: each one's text is a line, at a pace, and without what opens doors."""

import atexit
import logging
import threading
import time
from collections.abc import Callable

from ws.discretion import without_tickets
from ws.log_pace import LogPace
from ws.observation import Observation, Observe
from ws.wire.channels import without_session_keys

REMINDER_CHARACTERS = 200


def log_to(name: str, *, shown: bool = False, now: Callable[[], float] = time.monotonic) -> Observe:
    """A reader that writes observations to this logger, each at its level.

    `shown`: on standard error from INFO on, where the site's LOGGING says nothing of the logger; and what is untold
    yet when the process ends.
    """
    logger = logging.getLogger(name)
    if shown and not logger.isEnabledFor(logging.INFO) and not logger.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    log = _PacedLog(logger, now)
    if shown:
        atexit.register(log.tell_all)
    return log.observe


class _PacedLog:
    """To be called from any thread."""

    def __init__(self, logger: logging.Logger, now: Callable[[], float]) -> None:
        self._logger = logger
        self._now = now
        self._pace = LogPace[str]()
        self._reminders: dict[str, tuple[int, str]] = {}
        """Level and text of the last that was not written, by its kind."""
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def observe(self, observation: Observation) -> None:
        if not self._logger.isEnabledFor(observation.level):
            return  # some come with every batch
        text, kind = without_tickets(without_session_keys(str(observation))), observation.kind
        with self._lock:
            now = self._now()
            self._tell_over(now)
            if self._pace.is_written(kind, now):
                self._logger.log(observation.level, "%s", text)
            else:
                self._reminders[kind] = (observation.level, text)
                self._wait(now)

    def tell_all(self) -> None:
        """What is untold yet, as the process ends."""
        with self._lock:
            self._tell_over(float("inf"))

    def _tell_in_time(self) -> None:
        with self._lock:
            self._timer = None
            now = self._now()
            self._tell_over(now)
            self._wait(now)

    def _tell_over(self, now: float) -> None:
        for kind, count in self._pace.over(now):
            level, text = self._reminders.pop(kind)
            reminder = text.partition("\n")[0][:REMINDER_CHARACTERS]
            times = f"{count:,} more like this within {self._pace.seconds:.0f} s"
            self._logger.log(level, "… and %s, the last: %s", times, reminder)

    def _wait(self, now: float) -> None:
        """Where nothing more comes, a count is told all the same."""
        end = self._pace.next_end()
        if end is None or self._timer is not None:
            return
        self._timer = threading.Timer(max(end - now, 0.0), self._tell_in_time)
        self._timer.daemon = True
        self._timer.start()
