"""What was heard against what was committed. Pure; what is wrong with what was heard by itself, `reception` knows."""

from collections.abc import Iterator, Sequence

from stress.chaos.ledger import Ledger
from stress.chaos.reception import Segment


def differences(ledger: Ledger, segments: Sequence[Segment], name: str) -> Iterator[str]:
    """A sentence for each change that was heard and never committed, and for each that is missing."""
    for number, segment in enumerate(segments, 1):
        where = f"segment {number}, which {segment.opening} opened"
        for change in segment.changes():
            if not ledger.has(change):
                yield f"{name}: {change} was heard, and never committed ({where})"
        for text in _skipped(segment):
            yield f"{name}: {text} ({where})"
    if segments:
        yield from (f"{name}: {text}" for text in _missing(segments[-1], ledger.last))


def _skipped(segment: Segment) -> Iterator[str]:
    """Between what the client saw and the first that it heard of a row."""
    if segment.seen is None:
        return
    for row, first in segment.first.items():
        if first > segment.seen[row] + 1:
            yield f"change {segment.seen[row] + 1} of row {row} was not heard, and change {first} was"


def _missing(segment: Segment, last: Sequence[int]) -> Iterator[str]:
    """At the end. A client that has not looked, as one who reads the stream, need not know of every row."""
    for row, number in enumerate(last):
        known = segment.latest.get(row)
        seen = segment.seen[row] if segment.seen is not None else number
        reached = max(seen, known or 0) if segment.seen is not None else known or number
        if reached < number:
            yield f"changes {reached + 1} to {number} of row {row} were not heard"
