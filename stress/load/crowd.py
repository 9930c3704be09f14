"""thor, started, listened to, watched, and ended with all of its workers."""

import asyncio
import os
import signal
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from stress.load.tally import Crowd

WATCH_SECONDS = 1.0
REPORT_SECONDS = 8.0
"""So long thor may take for its report once it was told to end."""
LONGEST_LINE = 1_048_576


class RunningThor:
    """One run of thor. What it prints is in `output`, its crowd's progress in `crowd`."""

    def __init__(self, crowd: Crowd, note: Callable[[str], None], progress: Callable[[Crowd], None]) -> None:
        self.crowd = crowd
        self.output = ""
        self.hung = False
        self._note = note
        self._progress = progress
        self._process: Process
        self._listening: list[asyncio.Task[None]] = []

    async def run(self, command: Sequence[str], family: int) -> None:
        """To its end, or until nothing moves any more. Cancelled, it gives its report first."""
        self._process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            limit=LONGEST_LINE,
            env={**os.environ, "LOAD_ADDRESS_FAMILY": str(family)},
            start_new_session=True,  # a Ctrl-C is ours to hear
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._listening = [
            asyncio.create_task(self._hear(self._process.stdout, self._hear_output)),
            asyncio.create_task(self._hear(self._process.stderr, self._hear_worker)),
        ]
        try:
            self.hung = not await self._watch()
        finally:
            await to_its_end(self._end())

    async def _watch(self) -> bool:
        """Whether it came to its end by itself."""
        used: float | None = 0.0
        while not all(task.done() for task in self._listening):
            await asyncio.wait(self._listening, timeout=WATCH_SECONDS, return_when=asyncio.ALL_COMPLETED)
            self._progress(self.crowd)
            before, used = used, processor_seconds(self._process.pid)
            # thor's own counting takes time that grows with the square of the crowd
            is_counting = before is None or used is None or used - before >= WATCH_SECONDS / 10
            if self.crowd.is_over and is_counting:
                self.crowd.moved(time.monotonic())
            if self.crowd.is_still(time.monotonic()):
                return False
        for task in self._listening:
            task.result()
        return True

    async def _end(self) -> None:
        """Ask thor for its report, then end whatever is left of it."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGINT)
        await asyncio.wait(self._listening, timeout=REPORT_SECONDS)
        if any(not task.done() for task in self._listening):
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        await asyncio.wait(self._listening)
        await self._process.wait()

    async def _hear(self, stream: asyncio.StreamReader, take: Callable[[str], None]) -> None:
        """Until all who could write have gone: thor's workers hold these pipes too."""
        while line := await stream.readline():
            take(line.decode(errors="replace").rstrip("\n"))

    def _hear_output(self, line: str) -> None:
        self.crowd.moved(time.monotonic())
        self.output += f"{line}\n"
        self._note(line)

    def _hear_worker(self, line: str) -> None:
        if not self.crowd.hear(line, time.monotonic()):
            self._note(line)


async def to_its_end(ending: Coroutine[Any, Any, None]) -> None:
    """Also where a Ctrl-C comes meanwhile: nothing is left behind."""
    task = asyncio.create_task(ending)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


def processor_seconds(pid: int) -> float | None:
    """How much processor time a process has used; None where /proc does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
