"""What a process and all that it started have used (Linux, proc(5))."""

import os
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
_STATE, _PARENT, _USER, _CHILDREN_SYSTEM = 0, 1, 11, 14
"""Fields of /proc/<pid>/stat, after the name."""


def members(root: int) -> list[int]:
    """It and its children, and theirs."""
    parents = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit() and (fields := _fields(int(folder.name))):
            parents[int(folder.name)] = int(fields[_PARENT])
    found = [root]
    for parent in found:
        found += [pid for pid, its_parent in parents.items() if its_parent == parent]
    return found


def processor_seconds(root: int) -> float:
    """User and system time of all of them, and of those that have ended since."""
    times = [_fields(pid)[_USER : _CHILDREN_SYSTEM + 1] for pid in members(root)]
    return sum(int(time) for each in times for time in each) / TICKS


def memory_bytes(root: int) -> int:
    """What they have in memory; a page that two of them share counts twice."""
    return sum(_resident_bytes(pid) for pid in members(root))


def _fields(pid: int) -> list[str]:
    try:
        return (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _resident_bytes(pid: int) -> int:
    try:
        rollup = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(rollup.partition("\nRss:")[2].split()[0]) * 1024
