"""The site's listener, as a process."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from stress.writes.databases import CHECKOUT

STOP_SECONDS = 20.0


class Listener:
    """Started and stopped as often as is wanted; what it says is in a file."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._environment = environment
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns at once; what it does shows in Redis."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "runlistener"],
                cwd=CHECKOUT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def said(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def stop(self) -> None:
        """If it runs."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def memory_bytes(self) -> int:
        """The most that it has had in memory at once (Linux)."""
        assert self._process is not None, "not started"
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    def processor_seconds(self) -> float:
        """That it has used (Linux)."""
        assert self._process is not None, "not started"
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100
