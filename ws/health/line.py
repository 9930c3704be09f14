"""A worker's end of the line over which its keeper asks how it is.

Each question is a line of JSON, `{"number": 1, "topic": "metrics"}`, and so is each answer: `unhealthy`, `unready` and
`metrics`, which is empty where it was not asked for. A thread answers, so that a loop that is stuck is told of.
"""

import asyncio
import json
import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from ws.health.server import STOP_SECONDS, Source


class HealthLine:
    """Answers from the beginning of the block to its end, or until the keeper hangs up."""

    def __init__(self, line: socket.socket, source: Source) -> None:
        self._line = line
        self._source = source
        self._thread = threading.Thread(target=self._run, name="rowcast health", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Hang up: an interpreter that ends answers no more, and may take its time."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        with self._line, self._line.makefile("rwb") as said, asyncio.Runner() as runner:
            try:
                for question in said:
                    said.write(json.dumps(runner.run(self._answer(json.loads(question)))).encode() + b"\n")
                    said.flush()
            except OSError:
                return  # somebody has hung up

    async def _answer(self, question: dict[str, Any]) -> dict[str, Any]:
        standing = await self._source.standing()
        metrics = await self._source.metrics() if question["topic"] == "metrics" else b""
        return {
            "number": question["number"],
            "unhealthy": standing.unhealthy,
            "unready": standing.unready,
            "metrics": metrics.decode(),
        }
