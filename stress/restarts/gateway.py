"""The gateway under test: the real command as a real process, asked to replace its workers."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Self

CHECKOUT = Path(__file__).resolve().parents[2]
READY_SECONDS = 120.0


class GatewayError(RuntimeError):
    """It did not do what it was asked to; the message has its last lines."""


class Gateway:
    """From its start to its end."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._lines: list[str] = []
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, workers: int) -> Self:
        """Ready, on a free port. Raises GatewayError."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("manage.py", "rungateway", "--bind", "127.0.0.1:0", "--workers", str(workers)),
            cwd=CHECKOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        made = cls(process)
        await made.until("ready at ws://", 1)
        return made

    @property
    def port(self) -> int:
        (line,) = [line for line in self._lines if "ready at ws://" in line]
        return int(line.partition("ready at ws://127.0.0.1:")[2].partition("/")[0])

    @property
    def errors(self) -> list[str]:
        """Lines of its log that tell one."""
        return [line for line in self._lines if " ERROR " in line]

    def replace_workers(self) -> None:
        self._process.send_signal(signal.SIGHUP)

    async def until(self, text: str, times: int) -> None:
        """Its log has so many such lines. Raises GatewayError where they do not come."""
        try:
            async with asyncio.timeout(READY_SECONDS), self._news:
                await self._news.wait_for(lambda: self._count(text) >= times or self._reading.done())
        except TimeoutError:
            pass
        if self._count(text) < times:
            raise GatewayError("\n".join([f"no line {times} with {text!r}:", *self._lines[-20:]]))

    async def stop(self) -> int:
        """Its status."""
        if self._process.returncode is None:
            self._process.terminate()
        status = await self._process.wait()
        await self._reading
        return status

    def _count(self, text: str) -> int:
        return sum(text in line for line in self._lines)

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            async with self._news:
                self._lines.append(line.decode(errors="replace").rstrip())
                self._news.notify_all()
        async with self._news:
            self._news.notify_all()
