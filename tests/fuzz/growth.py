"""Whether memory grows: what was measured after each round comes in. Pure."""

from collections.abc import Sequence
from statistics import median

MIB_AT_MOST = 6.0
"""What an allocator may waste; so much is a hundred bytes of each client of an hour."""


def grown_mib(measured: Sequence[float]) -> float:
    """From the second quarter, when what is kept for good is there, to the last one."""
    quarter = max(1, len(measured) // 4)
    return median(measured[-quarter:]) - median(measured[quarter : 2 * quarter] or measured)


def is_growing(measured: Sequence[float]) -> bool:
    """Beyond what that may be."""
    return len(measured) >= 4 and grown_mib(measured) > MIB_AT_MOST
