"""A crowd in a process of its own, on a processor of its own, asked over a pipe."""

import os
from collections.abc import Sequence
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

from stress.gateway.arrivals import Latency
from stress.gateway.crowd import Address, Crowd, Received
from stress.gateway.messages import Stream
from stress.gateway.refusal import RefusedError
from stress.gateway.tree import processor_seconds


class Audience:
    """There while entered. What a crowd raises is raised here."""

    def __init__(self, server_pid: int, processors: set[int]) -> None:
        spawning = get_context("spawn")
        self._pipe, theirs = spawning.Pipe()
        self._process = spawning.Process(target=_serve, args=(theirs, server_pid, processors), daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._pipe.close()
        self._process.join()

    def open(self, address: Address, requests: Sequence[bytes], at_once: int = 32) -> None:
        self._ask("open", address, requests, at_once)

    def say(self) -> None:
        self._ask("say")

    def idle(self, seconds: float) -> None:
        self._ask("idle", seconds)

    def expect(self, stream: Stream, seconds: float, *, with_heartbeats: bool = False) -> None:
        """Begin to receive it; `received` says how it ended."""
        self._ask("expect", stream)
        self._send("receive", seconds, with_heartbeats=with_heartbeats)

    def received(self) -> Received:
        received: Received = self._answer()
        return received

    def latency(self, published: Sequence[float]) -> Latency:
        latency: Latency = self._ask("latency", published)
        return latency

    def handshakes(self, address: Address, requests: Sequence[bytes], sources: Sequence[str], at_once: int) -> int:
        count: int = self._ask("handshakes", address, requests, sources, at_once)
        return count

    def lag(self, address: Address, requests: Sequence[bytes]) -> None:
        self._ask("lag", address, requests)

    def stop_lagging(self) -> int:
        cut_off: int = self._ask("stop_lagging")
        return cut_off

    def close(self) -> None:
        self._ask("close")

    def _ask(self, name: str, *arguments: object) -> Any:  # noqa: ANN401 - what the crowd says
        self._send(name, *arguments)
        return self._answer()

    def _send(self, name: str, *arguments: object, **named: object) -> None:
        self._pipe.send((name, arguments, named))

    def _answer(self) -> Any:  # noqa: ANN401 - what the crowd says
        try:
            answer = self._pipe.recv()
        except (EOFError, ConnectionError) as error:
            raise RefusedError("The clients' process has ended; what it said stands above.") from error
        if isinstance(answer, Exception):
            raise answer
        return answer


def _serve(pipe: "Connection[Any, Any]", server_pid: int, processors: set[int]) -> None:
    os.sched_setaffinity(0, processors)
    crowd = Crowd(partial(processor_seconds, server_pid))
    while True:
        try:
            name, arguments, named = pipe.recv()
        except EOFError:
            return
        try:
            answer = getattr(crowd, name)(*arguments, **named)
        except (RefusedError, OSError) as error:
            answer = error
        pipe.send(answer)
