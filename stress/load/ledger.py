"""What was committed against what was heard: each change once, in the order of commits. Pure.

A statement's changes are a group: PostgreSQL promises no order of rows inside an UPDATE or a DELETE.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Literal, NamedTuple

Status = Literal["created", "updated", "deleted"]


class RowChange(NamedTuple):
    """What a message tells."""

    status: str
    key: str
    """32 hexadecimal digits."""


Group = Sequence[RowChange]


def group(status: Status, keys: Iterable[str]) -> Group:
    """One statement's changes."""
    return [RowChange(status, key) for key in keys]


def own_changes(texts: Iterable[str], keys: Collection[str]) -> list[RowChange]:
    """The changes of these rows, of all that was heard. What is no message of the pipeline's is somebody else's."""
    told = (_change(text) for text in texts)
    return [change for change in told if change is not None and change.key in keys]


def differences(committed: Sequence[Group], heard: Sequence[RowChange]) -> list[str]:
    """A sentence for each way in which they differ; none if each change was heard once, in the order of commits."""
    expected = Counter(change for changes in committed for change in changes)
    missing, extra = expected - Counter(heard), Counter(heard) - expected
    repeated = sum(times for change, times in extra.items() if change in expected)
    found = []
    if missing:
        found.append(f"{missing.total()} of {expected.total()} changes did not arrive")
    if repeated:
        found.append(f"{repeated} arrived more than once")
    if extra.total() > repeated:
        found.append(f"{extra.total() - repeated} arrived that were never committed")
    if not found and not _is_ordered(committed, heard):
        found.append("they did not arrive in the order of their commits")
    return found


def _is_ordered(committed: Sequence[Group], heard: Sequence[RowChange]) -> bool:
    at = 0
    for changes in committed:
        if Counter(heard[at : at + len(changes)]) != Counter(changes):
            return False
        at += len(changes)
    return True


def _change(text: str) -> RowChange | None:
    try:
        message = json.loads(text)
    except ValueError:
        return None
    if not isinstance(message, dict):
        return None
    return RowChange(str(message.get("status")), str(message.get("uuid")))
