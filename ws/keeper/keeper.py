"""The keeper's loop: signals and news from workers come in, workers are started and told to end.

It holds the sockets, and neither accepts nor knows the site's settings: those are its workers', and new ones with each
reload. A keeper that is killed takes its workers with it, for the pipe that it holds ends.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ws.health.gathered import Gathered
from ws.keeper.listener import Listener
from ws.keeper.observations import (
    Ready,
    Reloaded,
    ReloadFailed,
    Reloading,
    Stopping,
    WorkerKilled,
    WorkerLost,
    WorkerReplaced,
)
from ws.keeper.process import Process
from ws.keeper.roster import Order, Orders, Phase, Roster, Verb, Worker
from ws.observation import Observation, Observe

News = Mapping[str, Any]
"""What a worker says: that it is `ready`, with what the keeper is to know; that it `leaves`; why it `failed`."""


class NotStartedError(RuntimeError):
    """A worker did not start when all of them were started; the message says why."""


class Keeper:
    """Of one `rungateway`. Made inside the running loop."""

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        command: Sequence[str],
        listeners: Sequence[Listener],
        number: int,
        observe: Observe,
        chance: Callable[[], float],
        *,
        health: Gathered | None = None,
    ) -> None:
        """`health`: where workers can be asked how they are; None: nobody asks."""
        self._command = command
        self._listeners = listeners
        self._observe = observe
        self._chance = chance
        self._health = health
        self._loop = asyncio.get_running_loop()
        self._roster = Roster(number)
        self._processes: dict[Worker, Process] = {}
        self._life, self._held = os.pipe()
        self._ready: tuple[str, str] | None = None
        self._whys: dict[Worker, str] = {}
        """Why a worker has ended, or is about to."""
        self._failure: str | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._ended = asyncio.Event()

    async def run(self) -> None:
        """Until it is asked to end, and its workers have. Raises NotStartedError."""
        add = self._loop.add_signal_handler
        add(signal.SIGTERM, self._stop)
        add(signal.SIGINT, self._interrupted)
        add(signal.SIGHUP, lambda: self._obey(self._roster.reload(self._loop.time())))
        self._obey(self._roster.begin(self._loop.time()))
        await self._ended.wait()
        if self._failure is not None:
            raise NotStartedError(self._failure)

    def _stop(self) -> None:
        if self._roster.phase is Phase.STOPPING:
            return
        self._observe(Stopping())
        for listener in self._listeners:
            listener.close()
        self._obey(self._roster.stop(self._loop.time()))

    def _interrupted(self) -> None:
        if self._roster.phase is not Phase.STOPPING:
            self._stop()
            return
        for process in self._processes.values():
            process.send(signal.SIGKILL)

    def _obey(self, orders: Orders) -> None:
        for order in orders:
            self._carry_out(order)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._roster.phase is Phase.STOPPING and not self._roster.leaving:
            self._ended.set()
        elif (moment := self._roster.next_at()) is not None:
            self._timer = self._loop.call_at(moment, self._due)

    def _due(self) -> None:
        self._obey(self._roster.due(self._loop.time()))

    def _carry_out(self, order: Order) -> None:
        worker = order.worker
        if worker is None:
            self._say(order)
        elif order.verb is Verb.START:
            self._start(worker)
        elif order.verb is Verb.DRAIN:
            self._send(worker, signal.SIGTERM)
        elif order.verb is Verb.KILL:
            self._observe(WorkerKilled(str(worker), order.seconds))
            self._send(worker, signal.SIGKILL)
        elif order.verb is Verb.FAIL:
            self._failure = self._whys[worker]
        else:
            self._say_of(order, worker)

    def _say(self, order: Order) -> None:
        workers = self._roster.workers()
        seen: Observation
        if order.verb is Verb.SAY_READY:
            assert self._ready is not None
            seen = Ready(*self._ready, len(workers))
        elif order.verb is Verb.SAY_RELOADING:
            seen = Reloading(self._roster.number)
        else:
            seen = Reloaded(", ".join(map(str, workers)))
        self._observe(seen)

    def _say_of(self, order: Order, worker: Worker) -> None:
        if order.verb is Verb.SAY_LOST:
            self._observe(WorkerLost(worker.place, self._whys[worker], order.seconds))
        elif order.verb is Verb.SAY_REPLACED:
            self._observe(WorkerReplaced(str(worker)))
        else:
            self._observe(ReloadFailed(worker.place, self._whys[worker]))

    def _start(self, worker: Worker) -> None:
        sockets = [listener.of(worker.place - 1).fileno() for listener in self._listeners]
        try:
            process = Process(self._command, worker, sockets, self._life, is_watched=self._health is not None)
        except OSError as error:
            self._whys[worker] = f"no process could be started: {error}"
            self._loop.call_soon(self._gone, worker)
            return
        worker.pid = process.pid
        self._processes[worker] = process
        self._loop.add_reader(process.news, self._read, worker, process)

    def _send(self, worker: Worker, number: signal.Signals) -> None:
        """Nothing where it has ended."""
        if worker in self._processes:
            self._processes[worker].send(number)

    def _read(self, worker: Worker, process: Process) -> None:
        news = process.read()
        if news is None:
            self._loop.remove_reader(process.news)
            if self._health is not None:
                self._health.remove(worker)
            how = process.wait()
            self._whys.setdefault(worker, f"{worker} {how}")
            del self._processes[worker]
            self._gone(worker)
            return
        for each in news:
            self._hear(worker, each)

    def _hear(self, worker: Worker, news: News) -> None:
        now = self._loop.time()
        if (failure := news.get("failed")) is not None:
            self._whys[worker] = failure
        elif news.get("leaves"):
            self._whys[worker] = f"{worker} was asked to end"
            self._obey(self._roster.left(worker, now, self._chance()))
        else:
            worker.drain_seconds = news["drain_seconds"]
            self._ready = (self._address(news["scheme"], news["path"]), news["redis"])
            if self._health is not None:
                self._health.add(worker, self._processes[worker].health.dup())
            self._obey(self._roster.ready(worker, now))

    def _gone(self, worker: Worker) -> None:
        self._obey(self._roster.ended(worker, self._loop.time(), self._chance()))
        self._whys.pop(worker, None)

    def _address(self, scheme: str, path: str) -> str:
        return " and ".join(listener.url(scheme, path) for listener in self._listeners)
