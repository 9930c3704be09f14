"""How many clients a process may have: each is a file descriptor, and the usual soft limit is 1024."""

import resource

OURS = 128
"""For Redis, databases, logs and listening sockets, and for those who are told that there is no place."""
ARRIVING_AT_ONCE = 4096
"""So many may have been accepted before the first of them is looked at."""
OPEN_MAX = 10_240
"""macOS calls its hard limit infinite and refuses a soft one above this."""


def raise_limit() -> None:
    """Up to what the system allows this process. Doing it twice does no harm."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = max(soft, OPEN_MAX) if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def most_clients() -> int | None:
    """How many this process's limit allows, less a reserve; None where it has no limit."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else clients_within(soft)


def clients_within(limit: int) -> int:
    """How many of so many descriptors are for clients: an eighth is kept back, within bounds; one is let in anyhow."""
    reserve = min(max(limit // 8, OURS), OURS + ARRIVING_AT_ONCE)
    return max(limit - reserve, 1)
