"""The gateway that everything is said to: a real process, its log, its memory and its descriptors (Linux: proc(5))."""

import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.processes import Process
from tests.wire_cutter import WireCutter
from tests.ws.gateway.hostile.memory import processes

KIB_PER_MIB = 1024
ERRORS = re.compile(r"Traceback|\b(ERROR|CRITICAL)\b|Exception|Warning")


class GatewayError(AssertionError):
    """It did what it must not do."""


class Gateway:
    """`manage.py rungateway`, ready; its Redis can be made to hesitate."""

    def __init__(self, database_url: str, redis_url: str, secrets: Sequence[str] = ()) -> None:
        """The secrets must not stand in its log."""
        self.redis_url = redis_url
        self.wire = WireCutter(redis_url)
        self._secrets = secrets
        where = environment(database_url, self.wire.url)
        self._process = Process.manage("rungateway", "--bind", "127.0.0.1:0", environment=where)
        ready = self._process.wait_for("ready at").partition("ready at ")[2].partition(",")[0]
        self.port = urlsplit(ready).port or 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.wire.release()
        self._process.stop()
        self.wire.__exit__(None, None, None)

    def require_health(self) -> None:
        """It lives, and has logged no error. Raises GatewayError."""
        lines = self._process.take_lines()
        for number, line in enumerate(lines):
            if ERRORS.search(line):
                raise GatewayError("its log has an error:\n" + "\n".join(lines[max(0, number - 5) : number + 60]))
        text = "\n".join(lines)
        for secret in self._secrets:
            if secret in text:
                raise GatewayError(f"its log says {secret}")
        if not self._process.is_running:
            raise GatewayError("the gateway has ended:\n" + "\n".join(lines[-50:]))

    def memory_mib(self) -> float:
        """What it and what it has started hold."""
        return sum(_resident_kib(pid) for pid in processes(self._process.pid)) / KIB_PER_MIB

    def descriptors(self) -> int:
        """Open files and sockets."""
        return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in processes(self._process.pid))


def _resident_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1])


def environment(database_url: str, redis_url: str) -> dict[str, str]:
    """For the gateway, and for what prepares its database."""
    return {"DJANGO_SETTINGS_MODULE": "tests.fuzz.settings", "DATABASE_URL": database_url, "REDIS_URL": redis_url}
