"""How many clients a process may have: each is a file descriptor, and the usual soft limit is 1024."""

import resource

OPEN_MAX = 10_240
"""macOS calls its hard limit infinite and refuses a soft one above this."""


def raise_limit() -> None:
    """Up to what the system allows this process. Doing it twice does no harm."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = max(soft, OPEN_MAX) if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
