"""File descriptors: a connection takes one in a worker of thor's, and one in the gateway."""

import os
import resource
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from stress.load.refusal import RefusedError

SPARE = 64
"""What a process has open besides its connections."""
UNLIMITED = 1_048_576
LISTENS = "0A"  # a state in /proc/net/tcp


def workers() -> int:
    """So many workers has thor by default: one for each processor."""
    return os.cpu_count() or 1


def raise_limit() -> int:
    """Raise this process's soft limit to its hard one, for the programs that it starts; what it is then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = UNLIMITED if hard == resource.RLIM_INFINITY else hard
    with suppress(ValueError, OSError):  # macOS grants less than it calls its hard limit
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft


def require_descriptors(connections: int, limit: int, gateway_limits: list[int]) -> None:
    """Raises RefusedError where so many connections cannot be had at one of the two ends.

    `gateway_limits`: of the processes that listen there, empty if they can't be seen.
    """
    crowd = workers()
    share = -(-connections // crowd)
    if share + SPARE > limit:
        raise RefusedError(
            f"{connections} connections are {share} for each of thor's {crowd} workers, which need {share + SPARE} file"
            f" descriptors each, but the hard limit is {limit}. Raise it (ulimit -Hn {share + SPARE}, as root, or"
            f" limits.conf), or test with at most -a {max(0, limit - SPARE) * crowd}"
        )
    room = sum(max(0, gateway_limit - SPARE) for gateway_limit in gateway_limits)
    if gateway_limits and connections > room:
        raise RefusedError(
            f"{connections} connections need {connections + SPARE} file descriptors in the gateway, but its limit is"
            f" {max(gateway_limits)} in each of {len(gateway_limits)} process(es). Raise it (ulimit -n, before the"
            f" gateway starts), or test with at most -a {room}"
        )


def limits_of_listeners(port: int) -> list[int]:
    """The limits of this machine's processes that listen on a port, as far as /proc shows them."""
    sockets = set(_listening_sockets(port))
    return [_soft_limit(process) for process in Path("/proc").glob("[0-9]*") if sockets and _holds(process, sockets)]


def _listening_sockets(port: int) -> Iterator[str]:
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if table.exists():
            for row in table.read_text(encoding="ascii").splitlines()[1:]:
                columns = row.split()
                if columns[3] == LISTENS and int(columns[1].rpartition(":")[2], 16) == port:
                    yield f"socket:[{columns[9]}]"


def _holds(process: Path, sockets: set[str]) -> bool:
    with suppress(OSError):  # another user's, or it has ended
        for link in (process / "fd").iterdir():
            with suppress(OSError):
                if str(link.readlink()) in sockets:
                    return True
    return False


def _soft_limit(process: Path) -> int:
    with suppress(OSError):
        for row in (process / "limits").read_text(encoding="ascii").splitlines():
            if row.startswith("Max open files") and row.split()[3].isdecimal():
                return int(row.split()[3])
    return UNLIMITED
