"""The real commands as real processes, with their output to wait for."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from project.environment import CHECKOUT

READY_SECONDS = 60.0
END_SECONDS = 40.0


class Process:
    """A started program. Whatever it prints is kept, so that a test can wait for a line and a failure can show all."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], *, pass_fds: Sequence[int] = ()) -> None:
        self._lines: list[str] = []
        self._news = threading.Condition()
        self._process = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            pass_fds=pass_fds,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @classmethod
    def manage(cls, *arguments: str, environment: Mapping[str, str]) -> "Process":
        """`manage.py` with these arguments."""
        return cls([sys.executable, "manage.py", *arguments], environment)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        return self._process.pid

    def children(self) -> list[int]:
        """What it has started itself, and still runs; the oldest first."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text("ascii").split()]

    @property
    def output(self) -> str:
        return "\n".join(self._lines)

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def take_lines(self) -> list[str]:
        """What it has printed since they were taken last, which is forgotten here."""
        with self._news:
            lines, self._lines = self._lines, []
        return lines

    def wait_for(self, *texts: str, times: int = 1) -> str:
        """The line that holds this text, or one of these, once it was printed so many times."""
        deadline = time.monotonic() + READY_SECONDS
        with self._news:
            while len(found := [line for line in self._lines if any(text in line for text in texts)]) < times:
                has_ended = self._process.poll() is not None and not self._reader.is_alive()
                rest = deadline - time.monotonic()
                assert rest > 0, f"{texts} was not printed in time:\n{self.output}"
                assert not has_ended, f"ended without printing {texts}:\n{self.output}"
                self._news.wait(min(rest, 0.5))
        return found[times - 1]

    def wait(self) -> int:
        """Its exit status, when it ends by itself."""
        status = self._process.wait(END_SECONDS)
        self._reader.join(END_SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()
        return status

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def send_to_all(self, number: signal.Signals) -> None:
        """To those that it has started too, some of which may end with it."""
        children = self.children()
        self.send(number)
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def stop(self) -> int:
        """SIGTERM, if it still runs; its exit status."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self._process.kill()
            self.wait()
            raise

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._news:
                self._lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()
