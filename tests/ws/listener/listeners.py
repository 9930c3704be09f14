"""Listeners in threads: each with sessions, a Redis connection and a stop of its own."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from tests.ws.listener.change_log import RINGS, ChangeLog
from tests.ws.listener.log_rows import routes_to
from tests.ws.listener.steps import PREFIX
from tests.ws.listener.stops import Stop
from tests.ws.observed import Observed
from ws.listener.alarms import Alarms
from ws.listener.candidate import Candidate, Parts
from ws.listener.database import Database
from ws.listener.heads import Source
from ws.listener.publication import Publication
from ws.listener.retention import Limits, Retention
from ws.listener.step import NO_STARTS, Starts, Step
from ws.listener.tally import Tally
from ws.settings import WsSettings
from ws.wire.channels import Channel

END_SECONDS = 30.0
NO_LIMITS = Limits(retention_seconds=1e9, bytes_at_most=2**60, seconds_at_most=1e9)

Hook = Callable[[], None]


class HookedStep(Step):
    """Steps before which a test does something, once each, in the listener's thread."""

    before_publish: Hook | None = None
    before_begin: Hook | None = None

    def publish(
        self, expected: str, cursor: str, batch: Mapping[Channel, Sequence[bytes]], passing: Starts = NO_STARTS
    ) -> None:
        hook, self.before_publish = self.before_publish, None
        if hook is not None:
            hook()
        super().publish(expected, cursor, batch, passing)

    def begin(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - as a Step's
        hook, self.before_begin = self.before_begin, None
        if hook is not None:
            hook()
        super().begin(*arguments, **options)


class Listener:
    """Runs from the beginning of the block to its end."""

    def __init__(
        self,
        log: ChangeLog,
        settings: WsSettings,
        *,
        limits: Limits = NO_LIMITS,
        database: Mapping[str, object] | None = None,
        before_begin: Hook | None = None,
    ) -> None:
        self.channel = Channel(f"{PREFIX}:broadcast:{log.schema}")
        self.observed = Observed()
        self.error: Exception | None = None
        """What ended it."""
        self.database: Database | None = None
        self.step: HookedStep | None = None
        self._settings = replace(settings, prefix=PREFIX)
        self._arguments = {**log.arguments, **(database or {})}
        self._before_begin = before_begin
        parts = Parts(
            connect=self._connect,
            publication=self._publication,
            retention=Retention(limits, self.observed),
            alarms=Alarms(self.observed),
            tally=Tally(self.observed),
            notification_channel=RINGS,
            database_name="the tests' database",
            redis_name="the tests' Redis",
        )
        self._stop = Stop()
        self._candidate = Candidate(parts, self.observed, self._stop, chance=lambda: 0.0)
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._stop.__enter__()
        self._thread.start()
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.stop()
        self._stop.__exit__()
        if error_type is None and self.error is not None:
            raise self.error

    @property
    def name(self) -> str:
        """Of its sessions."""
        assert self.database is not None, "it has none yet"
        return self.database.name

    def before_publish(self, hook: Hook) -> None:
        """Do this in its thread before the next batch."""
        assert self.step is not None, "it does not lead yet"
        self.step.before_publish = hook

    def stop(self) -> None:
        """As SIGTERM does; and wait for its end."""
        self._stop.set()
        self.wait()

    def wait(self) -> None:
        """For its end."""
        self._thread.join(END_SECONDS)
        assert not self._thread.is_alive(), "the listener does not end"

    def failed(self) -> Exception:
        """What ends it by itself; the block then ends without it."""
        self.wait()
        error, self.error = self.error, None
        assert error is not None, "it ended well"
        return error

    def _run(self) -> None:
        try:
            self._candidate.run()
        except Exception as error:  # noqa: BLE001 - raised again in the test's thread
            self.error = error
        finally:
            if self.step is not None:
                self.step.close()

    def _connect(self, meanwhile: Callable[[], None]) -> Database:
        self.database = Database(self._arguments, meanwhile=meanwhile)
        return self.database

    def _publication(self, source: Source) -> Publication:
        if self.step is not None:
            self.step.close()
        self.step = HookedStep(self._settings, source)
        self.step.before_begin = self._before_begin
        routes = routes_to({"shop.item": self.channel}, self.channel)
        return Publication(self.step, source, routes, self.observed, is_adopting=False)
