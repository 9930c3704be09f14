"""The named steps of the delivery protocol, as an onlooker knows them by the bytes on the wire. Pure.

Comes in: what a listener and a server send each other. Goes out: which step is being asked for, or answered.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

HEAD_BYTES = 16_384
"""A request is known by its beginning; what follows may be a megabyte of messages."""


class Step(Enum):
    """What a listener asks PostgreSQL or Redis for."""

    LEAD = "LEAD"
    """It tries the lock LEADER."""
    LOAD = "LOAD"
    """It looks what Redis holds."""
    BEGIN = "BEGIN"
    """It begins an epoch."""
    CONFIRM = "CONFIRM"
    """Redis is another, and has everything."""
    DRAIN = "DRAIN"
    """It reads what is unread."""
    CHECK = "CHECK"
    """It asks whether what it read is on disk, and nothing was trimmed."""
    WINDOW = "WINDOW"
    """It opens a server-side cursor."""
    FETCH = "FETCH"
    PUBLISH = "PUBLISH"
    """The atomic step."""
    TAKE = "TAKE"
    """It tries the lock ASLEEP."""
    FENCE = "FENCE"
    """It looks who is writing."""
    WAKE = "WAKE"
    """It gives ASLEEP back."""
    LEASE = "LEASE"
    """It tells Redis that it moves."""
    HEARTBEAT = "HEARTBEAT"
    """It keeps a session of PostgreSQL's alive."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When the request is on its way, or when its answer is: then it was done, and who asked does not know."""

    step: Step
    at_answer: bool

    def __str__(self) -> str:
        return f"{self.step.value} {'answer' if self.at_answer else 'request'}"


STATEMENTS: Mapping[bytes, Step] = {
    b"EXECUTE rowcast_rows": Step.DRAIN,
    b"SELECT trimmed": Step.CHECK,
    b"DECLARE rowcast_window": Step.WINDOW,
    b"FROM rowcast_window": Step.FETCH,
    b"virtualtransaction": Step.FENCE,
    b"pg_advisory_unlock(": Step.WAKE,
    b"SELECT 1\0": Step.HEARTBEAT,
}
TRY_OF_A_LOCK = re.compile(rb"pg_try_advisory_lock\((\d+)\)")
LOCKS: Mapping[int, Step] = {int.from_bytes(b"rowA"): Step.TAKE, int.from_bytes(b"rowL"): Step.LEAD}
"""By the upper half of the lock's key."""
VERBS: Mapping[bytes, Step] = {
    b"\r\npublish\r\n": Step.PUBLISH,
    b"\r\nbegin\r\n": Step.BEGIN,
    b"\r\nconfirm\r\n": Step.CONFIRM,
}
LEADING = frozenset({Step.BEGIN, Step.CONFIRM, Step.DRAIN, Step.PUBLISH})
"""Only a leader asks for these."""


class Conversation:
    """One connection: a request, its answer, and so on."""

    def __init__(self) -> None:
        self._asked: Step | None = None

    def requested(self, data: bytes) -> Moment | None:
        """Some bytes on their way to the server."""
        step = _step(data[:HEAD_BYTES])
        if step is not None:
            self._asked = step
        return None if step is None else Moment(step, at_answer=False)

    def answered(self) -> Moment | None:
        """Some bytes on their way back: the first of them are the answer to what was asked last."""
        step, self._asked = self._asked, None
        return None if step is None else Moment(step, at_answer=True)


def _step(head: bytes) -> Step | None:
    if found := TRY_OF_A_LOCK.search(head):
        return LOCKS.get(int(found[1]) >> 32)
    for words, step in STATEMENTS.items():
        if words in head:
            return step
    return _step_of_redis(head)


def _step_of_redis(head: bytes) -> Step | None:
    if b"rowcast:lease:" in head:
        return Step.LEASE if b"\r\nSET\r\n" in head else None
    if b"\r\nEVAL" not in head or b"rowcast:cursor:" not in head:
        return None
    return next((step for words, step in VERBS.items() if words in head), Step.LOAD)
