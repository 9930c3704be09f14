"""What a function of the site's is given of a change, and what is made of its answer. Pure, but for that function.

Whatever goes wrong in it must neither lose the change in silence nor hold up those that follow.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from traceback import format_exception_only
from typing import Any, NoReturn

from ws.listener.carried import members
from ws.listener.message_observations import FormatFailed, Misfortune
from ws.listener.messages import PROJECT_COLUMN, Format, Shown, announcement, short_message
from ws.listener.rows import Row

MESSAGE_BYTES_AT_MOST = 64 * 1024
"""Of what a function makes: a longer one could become part of a step that Redis is never asked to take."""
ERROR_CHARACTERS = 500

Note = Callable[[Misfortune], None]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one row."""

    status: str
    """`created`, `updated`, `deleted`, or `resync`: look at every row again."""
    model: str
    """`app_label.model_name`, in lower case."""
    key: str | None
    """A UUID as 32 hexadecimal digits, anything else as text; None: unknown, or of every row."""
    carried: Mapping[str, Any]
    """Column → value as JSON has it: what the watch carries, and `project_id` where the table has one."""
    at: datetime | None
    """When it was written, by the database's clock; None for what an epoch begins with."""


Lazy = Callable[[], Change]
"""Reading the values may fail: a number may have more digits than Python reads."""


def changes(row: Row, shown: Shown) -> Iterator[tuple[str | None, Lazy]]:
    """The key of each change of the row, and the change."""
    keys = row.told_keys
    carried: Sequence[str | None] = row.carried_objects or [None] * len(keys)
    for key, columns in zip(keys, carried, strict=True):
        yield key, partial(_change, row, key, columns, shown)


def told_by(function: Callable[[Change], object], model: str, shown: Shown, note: Note) -> Format:
    """The format that is this function's; where it gives none, Rodan's message without what it carries."""

    def told(status: str, key: str | None, lazy: Lazy, instead: bytes) -> bytes:
        try:
            return checked(function(lazy()))
        except Exception as error:  # noqa: BLE001 - the site's own code
            note(FormatFailed(model, f"{status} {key}: {described(error)}"))
            return instead

    def compose(row: Row) -> list[bytes]:
        return [
            told(row.status, key, lazy, short_message(row.status, row.model, key)) for key, lazy in changes(row, shown)
        ]

    def announce(epoch: str) -> bytes:
        beginning = partial(Change, "resync", model, None, {}, None)
        return told("resync", None, beginning, announcement(model, epoch))

    return Format(compose, announce)


def checked(answer: object) -> bytes:
    """As a message: a JSON object of at least one key, on one line. Raises ValueError, TypeError, RecursionError."""
    if isinstance(answer, dict):
        text = json.dumps(answer, allow_nan=False)
    elif isinstance(answer, bytes | bytearray | memoryview):
        text = bytes(answer).decode()
    elif isinstance(answer, str):
        text = answer
    else:
        raise TypeError(f"it gave {answer!r:.200}, which is neither text nor a dict")
    found = answer if isinstance(answer, dict) else json.loads(text, parse_constant=_refuse)
    if not isinstance(found, dict) or not found:
        raise ValueError(f"it gave {text[:200]!r}, which is no JSON object of at least one key")
    message = text.strip().replace("\n", " ").replace("\r", " ").encode()
    if len(message) > MESSAGE_BYTES_AT_MOST:
        raise ValueError(f"it gave {len(message)} bytes, and {MESSAGE_BYTES_AT_MOST} may be")
    return message


def described(error: Exception) -> str:
    """In one line, whatever its own text is."""
    return " ".join("".join(format_exception_only(error)).split())[:ERROR_CHARACTERS]


def _change(row: Row, key: str | None, columns: str | None, shown: Shown) -> Change:
    values = {} if columns is None else members(columns)
    carried = {
        json.loads(name): json.loads(value)
        for name, value in values.items()
        if shown is None or name in shown or name == PROJECT_COLUMN
    }
    at = datetime.fromisoformat(row.at)
    return Change(row.status, row.model, key, carried, at if at.tzinfo else at.replace(tzinfo=UTC))


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
