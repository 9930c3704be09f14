"""A listener without a loop: it reads the log and publishes when it is told to, and may be stopped anywhere."""

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from types import TracebackType
from typing import Self

import redis

from tests.ws.listener.change_log import ChangeLog
from tests.ws.listener.log_rows import routes_to
from tests.ws.listener.steps import PREFIX, streamed
from tests.ws.listener.stops import Stop
from tests.ws.observed import Observed
from ws.listener.carrier import Carrier
from ws.listener.heads import Source
from ws.listener.log import ROWS_AT_ONCE
from ws.listener.observations import EpochBegan
from ws.listener.publication import Publication
from ws.listener.routes import Routes
from ws.listener.step import NO_STARTS, Starts, Step
from ws.settings import WsSettings
from ws.wire.channels import Channel


class Death(Exception):  # noqa: N818 - of a process
    """Nothing more is done."""


class MortalStep(Step):
    """One whose process may die before its next step."""

    steps_left = -1

    def publish(
        self, expected: str, cursor: str, batch: Mapping[Channel, Sequence[bytes]], passing: Starts = NO_STARTS
    ) -> None:
        if self.steps_left == 0:
            raise Death
        self.steps_left -= 1
        super().publish(expected, cursor, batch, passing)


class Reader:
    """Of one log, to a channel of its own."""

    def __init__(
        self, log: ChangeLog, settings: WsSettings, *, is_adopting: bool = False, routes: Routes | None = None
    ) -> None:
        self.channel = Channel(f"{PREFIX}:broadcast:{log.schema}")
        self.observed = Observed()
        self._log = log
        self._settings = replace(settings, prefix=PREFIX)
        self.rows_at_once = ROWS_AT_ONCE
        """Of the next process: where there are more, they are read in a window."""
        self._is_adopting = is_adopting
        self.routes = routes
        self._cleanup = ExitStack()

    def __enter__(self) -> Self:
        try:
            self.begin_anew()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._cleanup.close()

    def follow(self, log: ChangeLog) -> None:
        """Another copy of the log."""
        self._log = log
        self.begin_anew()

    def begin_anew(self, *_: int) -> None:
        """Another process, which knows what Redis holds, and nothing else."""
        self._cleanup.close()
        self.database = self._cleanup.enter_context(self._log.open_database())
        source = Source(self.database.system, self.database.database_oid, self.database.place.log_oid)
        self._step = MortalStep(self._settings, source)
        self._cleanup.callback(self._step.close)
        routes = self.routes or routes_to({"shop.item": self.channel}, self.channel)
        self.publication = Publication(self._step, source, routes, self.observed, is_adopting=self._is_adopting)
        self.log = self.database.open_log(rows_at_once=self.rows_at_once)
        self._stop = self._cleanup.enter_context(Stop())
        self.carrier = Carrier(self.log, self.publication, self.observed, self._stop, self._beat)
        self._beats_left = 0
        self.resume()

    def resume(self) -> None:
        """Look at what Redis holds."""
        self.publication.resume(self.database, self.log)

    def read(self, *_: int) -> None:
        """All that is visible now."""
        self.carrier.drain_all()

    def read_part(self, _: int, beats: int) -> None:
        """No more than so many parts of a window."""
        self._beats_left = beats
        self.carrier.drain()
        self._beats_left = 0
        self._stop.is_set = False

    def die(self, _: int, steps: int) -> None:
        """Before that step; and another process goes on."""
        self._step.steps_left = steps
        with suppress(Death):
            self.read()
        self.begin_anew()

    def streamed(self) -> list[bytes]:
        """What was published in this epoch."""
        with redis.Redis(**self._settings.connection) as server:
            return streamed(server, self.channel)

    def told(self) -> list[str]:
        """The keys of the changes that were published in this epoch."""
        messages = map(json.loads, self.streamed())
        return [message["uuid"] for message in messages if message["status"] != "resync"]

    def reasons(self) -> list[str]:
        """Of the epochs that began."""
        return [began.reason for began in self.observed.of(EpochBegan)]

    def _beat(self) -> None:
        self._beats_left -= 1
        self._stop.is_set = self._beats_left == 0
