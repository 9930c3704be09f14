"""How much memory a command has needed, with all its workers (Linux: proc(5))."""

from collections.abc import Iterator
from pathlib import Path

KIB_PER_MIB = 1024
RESET_PEAK = "5"


class Memory:
    """Of a process and its descendants."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._before: dict[int, int] = {}

    def start(self) -> None:
        """Measure from here on."""
        self._before = {pid: _kib(pid, "VmRSS") for pid in processes(self._pid)}
        for pid in self._before:
            (Path("/proc") / str(pid) / "clear_refs").write_text(RESET_PEAK)

    def grown_mib(self) -> float:
        """By how much all of them together have been larger than at the start, at most."""
        return sum(_kib(pid, "VmHWM") - self._before.get(pid, 0) for pid in processes(self._pid)) / KIB_PER_MIB


def processes(pid: int) -> Iterator[int]:
    """This one and what it has started, and so on."""
    yield pid
    for thread in (Path("/proc") / str(pid) / "task").iterdir():
        for child in (thread / "children").read_text().split():
            yield from processes(int(child))


def _kib(pid: int, name: str) -> int:
    lines = (Path("/proc") / str(pid) / "status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])
