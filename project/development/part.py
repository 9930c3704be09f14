"""One process of the site: its output line by line with its name before it, and its end."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

from project.environment import CHECKOUT

STOP_SECONDS = 8.0
NAME_WIDTH = 9
LINE_BYTES_AT_MOST = 1024 * 1024
FILE_CHANGED = 3
"""The exit status with which Django's autoreloader asks to be started again."""


@dataclass(frozen=True, slots=True)
class Part:
    """What to start, and the words in its output that say it is ready."""

    name: str
    arguments: Sequence[str]
    """Of `manage.py`."""
    ready: str | None
    """None: it is ready when it has ended well."""
    does: str
    reloads: bool = False
    """Whether it ends when a file of its code has changed, to be started again. We stand in for the parent that
    Django's autoreloader has otherwise: that one kills its child without letting it say goodbye."""

    @property
    def runs_on(self) -> bool:
        return self.ready is not None


class RunningPart:
    """A started part."""

    def __init__(self, part: Part, environment: Mapping[str, str], restarted: Callable[[], None]) -> None:
        self.part = part
        self._environment = environment
        self._restarted = restarted
        self._process: Process
        self._ready = asyncio.Event()
        self._is_stopping = False
        self.ended: asyncio.Task[int]

    @classmethod
    async def start(cls, part: Part, environment: Mapping[str, str], restarted: Callable[[], None]) -> "RunningPart":
        """`restarted` is called when it has a new pid."""
        running = cls(part, environment, restarted)
        await running._spawn()
        running.ended = asyncio.create_task(running._follow())
        return running

    @property
    def pid(self) -> int:
        return self._process.pid

    async def wait_until_ready(self) -> bool:
        """Whether it became ready; False if it ended first."""
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait({ready, self.ended}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if self.part.runs_on:
            return self._ready.is_set()
        return self.ended.result() == 0

    async def stop(self) -> None:
        """SIGTERM, and after a while SIGKILL."""
        self._is_stopping = True
        if self._process.returncode is None:
            self._process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await asyncio.shield(self.ended)
        except TimeoutError:
            say(self.part.name, "does not end, and is killed")
            self._process.kill()
            await self.ended

    async def _spawn(self) -> None:
        reloading = {DJANGO_AUTORELOAD_ENV: "true"} if self.part.reloads else {}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(CHECKOUT / "manage.py"),
            *self.part.arguments,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            start_new_session=True,
            env={**os.environ, **self._environment, **reloading, "PYTHONUNBUFFERED": "1"},
            limit=LINE_BYTES_AT_MOST,
        )

    async def _follow(self) -> int:
        """Its exit status, in the end."""
        while (status := await self._print_lines()) == FILE_CHANGED and self.part.reloads and not self._is_stopping:
            await self._spawn()
            self._restarted()
            if self._is_stopping:
                self._process.terminate()
        return status

    async def _print_lines(self) -> int:
        """Print its lines until it ends; its exit status."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            text = line.decode(errors="replace").rstrip()
            if text:
                say(self.part.name, text)
            if self.part.ready and self.part.ready in text:
                self._ready.set()
        return await self._process.wait()


def note_parts(file: Path, pids: Sequence[int]) -> None:
    """Write down who runs."""
    file.write_text(json.dumps(list(pids)), encoding="ascii")


def end_leftovers(file: Path) -> None:
    """End the parts of a run that was killed: an old listener beside a new one would publish everything twice."""
    if not file.exists():
        return
    for pid in json.loads(file.read_text(encoding="ascii")):
        if _is_part(pid):
            say("run", f"ending a leftover of an earlier run, pid {pid}")
            with suppress(ProcessLookupError):  # it ends by itself meanwhile
                _end(pid)
    file.unlink()


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while _is_part(pid):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _is_part(pid: int) -> bool:
    """Whether this process is one of this checkout's commands; a pid may have been given to somebody else."""
    return str(CHECKOUT / "manage.py") in _command(pid)


def _command(pid: int) -> str:
    """A process's command line; nothing once it has ended."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except OSError:
            return ""
    ps = ["/bin/ps", "-o", "command=", "-p", str(pid)]
    return subprocess.run(ps, capture_output=True, text=True, check=False).stdout


def say(name: str, text: str) -> None:
    """One line of output. Where nobody reads it any more, as in a closed terminal, the run goes on without."""
    with suppress(OSError):
        print(f"{name:>{NAME_WIDTH}} │ {text}", flush=True)
