"""What a keeper says of its workers: each is asked over a line of its own, and all is told together.

A worker that does not answer in time is not alive. Its metrics have a label, `worker`, which no other process of this
keeper's ever has: a counter begins anew under a new name, and none ever falls.
"""

import asyncio
import json
import socket
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock
from time import monotonic
from typing import Any

from prometheus_client import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from ws.health.server import Source
from ws.health.standing import Standing

ANSWER_SECONDS = 2.0
READ_BYTES = 65_536
KEEPER = "keeper"
"""The label of what the keeper says of itself."""

Answer = Mapping[str, Any]


class _Line:
    """One worker's. Asked one thing at a time, from any thread."""

    def __init__(self, name: str, number: int, end: socket.socket) -> None:
        self.name = name
        self.number = str(number)
        self._end = end
        self._unread = b""
        self._asked = 0
        self._has_ended = False
        self._lock = Lock()

    def close(self) -> None:
        """At once, or as soon as whoever asks has an answer."""
        self._has_ended = True
        if self._lock.acquire(blocking=False):
            self._end.close()
            self._lock.release()

    def ask(self, topic: str) -> Answer | None:
        """None: the worker has ended. Raises TimeoutError."""
        deadline = monotonic() + ANSWER_SECONDS
        if not self._lock.acquire(timeout=ANSWER_SECONDS):
            raise TimeoutError
        try:
            return self._ask(topic, deadline)
        except TimeoutError:
            raise
        except OSError:
            return None
        finally:
            if self._has_ended:
                self._end.close()
            self._lock.release()

    def _ask(self, topic: str, deadline: float) -> Answer | None:
        """Answers to earlier questions, which came too late, are passed over."""
        self._asked += 1
        self._end.settimeout(ANSWER_SECONDS)
        self._end.sendall(json.dumps({"number": self._asked, "topic": topic}).encode() + b"\n")
        while (line := self._read_line(deadline)) is not None:
            answer: Answer = json.loads(line)
            if answer["number"] == self._asked:
                return answer
        return None

    def _read_line(self, deadline: float) -> bytes | None:
        while b"\n" not in self._unread:
            self._end.settimeout(max(deadline - monotonic(), 0.001))
            read = self._end.recv(READ_BYTES)
            if not read:
                return None
            self._unread += read
        line, _, self._unread = self._unread.partition(b"\n")
        return line


class Gathered:
    """Of one keeper, which is to have so many workers; `own` is what it says of itself."""

    def __init__(self, workers: int, own: Source) -> None:
        self._workers = workers
        self._own = own
        self._lines: dict[object, _Line] = {}
        self._started = 0
        self._lock = Lock()

    def add(self, worker: object, end: socket.socket) -> None:
        """This one can be asked from now on. From any thread."""
        with self._lock:
            self._started += 1
            self._lines[worker] = _Line(str(worker), self._started, end)

    def remove(self, worker: object) -> None:
        """It has ended. Removing it twice does no harm."""
        with self._lock:
            line = self._lines.pop(worker, None)
        if line is not None:
            line.close()

    async def standing(self) -> Standing:
        """Ready: as many workers as there are to be. One that leaves, or begins, is none of them."""
        own = await self._own.standing()
        unhealthy, unready, ready = list(own.unhealthy), list(own.unready), 0
        reasons: list[str] = []
        for line, answer in await self._ask_all("standing"):
            if answer is None:
                unhealthy.append(f"{line.name}: it does not answer")
                continue
            unhealthy += [f"{line.name}: {reason}" for reason in answer["unhealthy"]]
            reasons += [f"{line.name}: {reason}" for reason in answer["unready"]]
            ready += not (answer["unhealthy"] or answer["unready"])
        if ready < self._workers:
            unready += [f"{ready} of {self._workers} workers are ready", *reasons]
        return Standing(tuple(unhealthy), tuple(unready))

    async def metrics(self) -> bytes:
        texts = [(KEEPER, (await self._own.metrics()).decode())]
        for line, answer in await self._ask_all("metrics"):
            if answer is not None:
                texts.append((line.number, answer["metrics"]))
        return generate_latest(_Merged(texts))

    async def _ask_all(self, topic: str) -> list[tuple[_Line, Answer | None]]:
        """Those that have not ended; None: no answer in time."""
        with self._lock:
            lines = list(self._lines.values())
        asked = (asyncio.to_thread(line.ask, topic) for line in lines)
        answers = await asyncio.gather(*asked, return_exceptions=True)
        found: list[tuple[_Line, Answer | None]] = []
        for line, answer in zip(lines, answers, strict=True):
            if isinstance(answer, TimeoutError):
                found.append((line, None))
            elif isinstance(answer, BaseException):
                raise answer
            elif answer is not None:
                found.append((line, answer))
        return found


class _Merged:
    """What `generate_latest` takes: the metrics of several texts, with a label that says whose they are."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._texts = texts

    def collect(self) -> Iterator[Metric]:
        found: dict[str, Metric] = {}
        for worker, text in self._texts:
            for family in text_string_to_metric_families(text):
                merged = found.setdefault(family.name, Metric(family.name, family.documentation, family.type))
                for sample in family.samples:
                    merged.samples.append(sample._replace(labels={**sample.labels, "worker": worker}))
        yield from found.values()
