"""What the listener stores in Redis with the messages: its cursor, and by what it knows the database again. Pure.

Redis keeps it as one text, and compares it byte for byte: the same record has the same text.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

from ws.listener.cursor import Cursor
from ws.listener.snapshots import Snapshot

RECORD_FORMAT = 1
TAIL_ROWS = 8


class UnreadableRecordError(ValueError):
    """A text that is no record of ours; the message shows it."""


class Published(NamedTuple):
    """A row of the log that was published, by what no other row shares, even where ids and transactions went back."""

    id: int
    xid: int
    at: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A database, at a time in its life (PROTOCOL.md, C5)."""

    system: str
    """The cluster's system identifier: a copy made by pg_dump has another."""
    timeline: int
    """Rises with every promotion."""
    incarnation: str
    """Random; another for each leader, and gone after a crash or a promotion."""


@dataclass(frozen=True, slots=True)
class Record:
    """One stored state."""

    cursor: Cursor
    identity: Identity
    trimmed: int
    """How often unread rows had been removed from the log."""
    tail: tuple[Published, ...] = ()
    """The last rows that were published, oldest first."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises UnreadableRecordError for what `str` did not make, or a later version of it did."""
        try:
            stored = json.loads(text)
            _require_format(stored["format"])
            upper = stored["upper"]
            return cls(
                Cursor(
                    base=Snapshot.parse(stored["base"]),
                    upper=None if upper is None else Snapshot.parse(upper),
                    last_id=stored["last_id"],
                    offset=stored["offset"],
                ),
                Identity(stored["system"], stored["timeline"], stored["incarnation"]),
                stored["trimmed"],
                tuple(Published(*row) for row in stored["tail"]),
            )
        except UnreadableRecordError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UnreadableRecordError(f"the stored cursor is none: {text[:200]!r}") from error

    def __str__(self) -> str:
        return json.dumps(
            {
                "format": RECORD_FORMAT,
                "base": str(self.cursor.base),
                "upper": None if self.cursor.upper is None else str(self.cursor.upper),
                "last_id": self.cursor.last_id,
                "offset": self.cursor.offset,
                "system": self.identity.system,
                "timeline": self.identity.timeline,
                "incarnation": self.identity.incarnation,
                "trimmed": self.trimmed,
                "tail": [list(row) for row in self.tail],
            }
        )

    def moved(self, cursor: Cursor, published: Sequence[Published] = ()) -> "Record":
        """After a batch that completed these rows."""
        return replace(self, cursor=cursor, tail=(*self.tail, *published[-TAIL_ROWS:])[-TAIL_ROWS:])


def _require_format(number: object) -> None:
    if number != RECORD_FORMAT:
        raise UnreadableRecordError(f"the stored cursor has format {number!r}, not {RECORD_FORMAT}")
