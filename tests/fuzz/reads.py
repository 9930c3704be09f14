"""In which pieces bytes arrive. Pure: chance is an argument."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from random import Random

FEW = 3000
"""So many bytes at most come one by one."""


def cut(chance: Random, data: bytes) -> list[bytes]:
    """The same bytes, whole, one by one, or cut anywhere."""
    kind = chance.random()
    if kind < 0.2:
        return [data]
    if kind < 0.35 and len(data) <= FEW:
        return list(_pieces(data, range(1, len(data))))
    most = chance.choice((2, 5, 30))
    return list(_pieces(data, sorted({chance.randrange(len(data) + 1) for _ in range(chance.randrange(1, most))})))


def _pieces(data: bytes, cuts: Sequence[int]) -> Iterator[bytes]:
    """Without empty ones."""
    for start, end in pairwise([0, *cuts, len(data)]):
        if start < end:
            yield data[start:end]
