"""One change of one row: what the ledger records, and what a message tells. Pure.

Every change of a row has a number, one more than the one before. A row's project says the number of the change that
made it so, for its project is what a message tells besides the key; that of a deletion tells what was deleted, so its
own number is the next.
"""

import json
from typing import Any, NamedTuple
from uuid import UUID

MODEL = "reservation"
STATUSES = ("created", "updated", "deleted")
FIRST_KEY = UUID("00000000-0000-4000-8000-000000000000").int
FIRST_PROJECT = UUID("00000000-0000-4000-9000-000000000000").int


class RowChange(NamedTuple):
    """A row's change."""

    row: int
    number: int
    """From 1 on."""
    status: str

    def __str__(self) -> str:
        return f"change {self.number} of row {self.row} ({self.status})"


class Told(NamedTuple):
    """What a message of the pipeline says: a change, or that an epoch began."""

    seq: int
    change: RowChange | None
    epoch: str | None


def key(row: int) -> str:
    """The key of the row of this number."""
    return str(UUID(int=FIRST_KEY + row))


def project(number: int) -> str:
    """What a row's project is after the change of this number."""
    return str(UUID(int=FIRST_PROJECT + number))


def row_of(key: str) -> int:
    """The number of the row with this key. Raises ValueError for no UUID."""
    return UUID(key).int - FIRST_KEY


def told(text: bytes | str) -> Told | None:
    """None: no message of the pipeline's, such as a heartbeat. Raises ValueError for one that it should not have."""
    try:
        message = json.loads(text)
    except ValueError:
        return None
    if not isinstance(message, dict) or "seq" not in message:
        return None
    if message.get("model") != MODEL or next(reversed(message)) != "seq":
        raise ValueError(f"an unexpected message: {text!r}")
    if message["status"] == "resync":
        return Told(message["seq"], None, message["epoch"])
    return Told(message["seq"], _change(message, text), None)


def _change(message: dict[str, Any], text: bytes | str) -> RowChange:
    try:
        row, status, version = row_of(message["uuid"]), message["status"], UUID(message["project"]).int - FIRST_PROJECT
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"an unexpected message: {text!r}") from error
    if status not in STATUSES:
        raise ValueError(f"an unexpected message: {text!r}")
    return RowChange(row, version + (status == "deleted"), status)
