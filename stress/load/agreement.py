"""Whether two clients of one facility heard the same, in the same order. Pure.

The early one heard some messages before the late one was there. Equal messages are nothing special, so places are
compared, not texts looked up.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heard:
    """One client's messages."""

    texts: Sequence[str]
    until: int
    """How many of them had come when the load ended: so many count. Later ones may still be on their way."""


def agreed(early: Heard, late: Heard, before: int) -> int | None:
    """How many messages both heard, if they agree on all that count; else None.

    At most `before` messages reached the early one alone, at its beginning.
    """
    for start in range(min(before, len(early.texts)) + 1):
        end = max(early.until - start, late.until, 0)
        if late.texts[:end] == early.texts[start : start + end] and len(late.texts) >= end:
            return end
    return None


def disagreement(early: Sequence[str], late: Sequence[str], before: int) -> str:
    """Where they part, for two that don't agree."""
    shared = max(_shared(early[start:], late) for start in range(min(before, len(early)) + 1))
    return f"two clients of one facility heard different messages: they agree on the first {shared} only"


def _shared(first: Sequence[str], second: Sequence[str]) -> int:
    for at, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return at
    return min(len(first), len(second))
