"""One entry of `TRIGGERS["WATCH"]`, a name or a dict, read into one form. Pure: it knows no model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from triggers import audiences
from triggers.audiences import AUDIENCES_HINT, EVERYBODY, Audience
from triggers.facts import Operation
from triggers.formats import FORMATS, FORMATS_HINT, is_path

OPERATIONS = {
    "insert": frozenset({Operation.INSERT}),
    "update": frozenset({Operation.UPDATE, Operation.START, Operation.MOVE}),
    "delete": frozenset({Operation.DELETE}),
}
"""The words of an entry → the triggers that they ask for."""

KEYS = ("model", "operations", "columns", "carry", "facility", "audience", "message")
EXAMPLE = '{"model": "shop.Order", "columns": ["status"], "carry": ["status"]}'


class WatchError(ValueError):
    """An entry of `TRIGGERS["WATCH"]` that cannot be watched."""

    def __init__(self, message: str, *, hint: str, code: str) -> None:
        super().__init__(message)
        self.hint = hint
        self.code = code


@dataclass(frozen=True, slots=True)
class Entry:
    """What one entry asks for."""

    name: str
    """An app label, or `app.Model`."""
    is_dict: bool = False
    operations: frozenset[Operation] = frozenset(Operation)
    columns: tuple[str, ...] | None = None
    """Names of the fields or columns that count; None: all."""
    carry: tuple[str, ...] = ()
    """Names of the fields or columns whose values travel along."""
    facility: str | None = None
    """None: the one of the settings."""
    audience: Audience = EVERYBODY
    message: str | None = None
    """The format; None: the one of the settings."""


def read(entry: object) -> Entry:
    """Raises WatchError where it is neither a name nor a dict as it should be."""
    if isinstance(entry, str):
        return Entry(entry)
    if not isinstance(entry, Mapping):
        raise WatchError(
            f"TRIGGERS['WATCH'] holds {entry!r}, which is no name.",
            hint=f"Write an app label ('shop'), a model ('shop.Order'), or a dict: {EXAMPLE}.",
            code="E001",
        )
    for key in entry:
        if key not in KEYS:
            raise _wrong(f"has the key {key!r}, which is unknown", entry, f"Known: {', '.join(KEYS)}.")
    return Entry(
        name=_model(entry),
        is_dict=True,
        operations=_operations(entry),
        columns=_names(entry, "columns") if "columns" in entry else None,
        carry=_names(entry, "carry") if "carry" in entry else (),
        facility=_facility(entry),
        audience=_audience(entry),
        message=_message(entry),
    )


def _model(entry: Mapping[Any, Any]) -> str:
    name = entry.get("model")
    if not isinstance(name, str) or "." not in name:
        raise _wrong(f"has {name!r} as 'model'", entry, "Write one model, as 'app.Model'.")
    return name


def _operations(entry: Mapping[Any, Any]) -> frozenset[Operation]:
    if "operations" not in entry:
        return frozenset(Operation)
    words = _names(entry, "operations")
    for word in words:
        if word not in OPERATIONS:
            raise _wrong(f"has the operation {word!r}, which is unknown", entry, f"Known: {', '.join(OPERATIONS)}.")
    return frozenset({Operation.TRUNCATE}).union(*(OPERATIONS[word] for word in words))


def _names(entry: Mapping[Any, Any], key: str) -> tuple[str, ...]:
    names = entry[key]
    is_list = isinstance(names, Sequence) and not isinstance(names, str)
    if not is_list or not all(isinstance(name, str) for name in names) or not names:
        raise _wrong(f"has {names!r} as {key!r}", entry, f"It is a list of names, or left out: {EXAMPLE}.")
    return tuple(dict.fromkeys(names))


def _facility(entry: Mapping[Any, Any]) -> str | None:
    facility = entry.get("facility")
    if facility is not None and (not isinstance(facility, str) or not facility):
        raise _wrong(f"has {facility!r} as 'facility'", entry, "It is the part of the URL after /ws/, or left out.")
    return facility


def _audience(entry: Mapping[Any, Any]) -> Audience:
    audience = audiences.read(entry.get("audience", audiences.BROADCAST))
    if audience is None:
        raise _wrong(f"has {entry['audience']!r} as 'audience'", entry, AUDIENCES_HINT)
    return audience


def _message(entry: Mapping[Any, Any]) -> str | None:
    message = entry.get("message")
    if message is None or (isinstance(message, str) and (message in FORMATS or is_path(message))):
        return message
    raise _wrong(f"has {message!r} as 'message'", entry, FORMATS_HINT)


def _wrong(what: str, entry: Mapping[Any, Any], hint: str) -> WatchError:
    return WatchError(f"The entry {dict(entry)!r} of TRIGGERS['WATCH'] {what}.", hint=hint, code="E006")
