"""A listener or a gateway: a child process that is killed, stopped and started, and started again when it ends."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from stress.chaos.process import Tree

CHECKOUT = Path(__file__).resolve().parents[2]
AGAIN_SECONDS = 0.3
"""As a service manager would wait."""
Hear = Callable[[str, str], None]
"""Takes a process's name and a line that it has printed."""


class Part:
    """One of ours, by its name."""

    def __init__(self, name: str, arguments: Sequence[str], environment: Mapping[str, str], hear: Hear) -> None:
        self.name = name
        self._arguments = arguments
        self._environment = environment
        self._hear = hear
        self._is_wanted = asyncio.Event()
        self._is_wanted.set()
        self._process: asyncio.subprocess.Process | None = None
        self.starts = 0

    async def run(self) -> None:
        """Until cancelled; then it is killed."""
        try:
            while True:
                await self._is_wanted.wait()
                self._process = process = await start(self._arguments, self._environment)
                self.starts += 1
                assert process.stdout is not None
                async for line in process.stdout:
                    self._hear(self.name, line.decode(errors="replace").rstrip())
                self._hear(self.name, f"ended with status {await process.wait()}")
                await asyncio.sleep(AGAIN_SECONDS if self._is_wanted.is_set() else 0)
        finally:
            self.kill()
            if self._process is not None:
                await self._process.wait()

    def kill(self) -> None:
        """It is not started again until `start`."""
        self._is_wanted.clear()
        if (tree := self._tree()) is not None:
            tree.send_kill()

    def start(self) -> None:
        self._is_wanted.set()

    def stop(self) -> None:
        if (tree := self._tree()) is not None:
            tree.stop()

    def go_on(self) -> None:
        if (tree := self._tree()) is not None:
            tree.go_on()

    def _tree(self) -> Tree | None:
        """With the workers of a gateway; None: it does not run."""
        return None if self._process is None or self._process.returncode is not None else Tree(self._process)


async def start(arguments: Sequence[str], environment: Mapping[str, str]) -> asyncio.subprocess.Process:
    """`manage.py` with these arguments."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "manage.py",
        *arguments,
        cwd=CHECKOUT,
        env={**os.environ, **environment, "DJANGO_SETTINGS_MODULE": "stress.chaos.settings", "PYTHONUNBUFFERED": "1"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        limit=1024 * 1024,
    )
