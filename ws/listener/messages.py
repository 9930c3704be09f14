"""From rows of the log to messages, in the format that a watch has chosen. Pure.

A message here has no `seq` yet: the atomic step gives it its number. So it is a JSON object of at least one key, on one
line.
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache, partial

from ws.listener.carried import members
from ws.listener.rows import Row

PROJECT_COLUMN = '"project_id"'

Shown = Collection[str] | None
"""The columns whose values messages show, as names in JSON; None: all that the log has."""

TMSS_ACTIONS = {"created": "create", "updated": "update", "deleted": "delete"}


@dataclass(frozen=True, slots=True)
class Format:
    """How changes of one model are told."""

    compose: Callable[[Row], Sequence[bytes]]
    """A message for each change of the row, in their order."""
    announce: Callable[[str], bytes]
    """What an epoch of this name begins with: look at every row again."""


def rodan(model: str, shown: Shown = None) -> Format:
    """Rodan's words, of a model by its label."""
    return Format(partial(row_messages, shown=shown), partial(announcement, model))


def tmss(kind: str, shown: Shown = None, *, has_number: bool = False) -> Format:
    """TMSS's words. `kind`: the object's type, in snake case. `has_number`: its key is written without quotes."""
    return Format(
        partial(_tmss_messages, kind=kind, shown=shown, written=_number if has_number else _text),
        partial(_tmss_announcement, kind),
    )


def row_messages(row: Row, shown: Shown = None) -> Sequence[bytes]:
    """Each of its changes as Rodan's message, its keys in Rodan's order."""
    opening = _opening(row.status, row.model)
    carried = row.carried_objects
    if not carried:
        return [f"{opening}{_text(key)}}}".encode() for key in row.told_keys]
    return [
        f"{opening}{_text(key)}{_travelling(columns, shown)}}}".encode()
        for key, columns in zip(row.told_keys, carried, strict=True)
    ]


def announcement(model: str, epoch: str) -> bytes:
    """Whoever shows rows of this model looks at all of them again."""
    return json.dumps({"status": "resync", "model": model.rpartition(".")[2], "uuid": None, "epoch": epoch}).encode()


def short_message(status: str, model: str, key: str | None) -> bytes:
    """Rodan's, of a row that shows nothing but its key."""
    return f"{_opening(status, model)}{_text(key)}}}".encode()


@cache
def _opening(status: str, model: str) -> str:
    return f'{{"status": {_text(status)}, "model": {_text(model.rpartition(".")[2])}, "uuid": '


def _text(value: str | None) -> str:
    """As JSON; what needs no escaping, like every UUID, is quoted at once."""
    if value is not None and value.isascii() and value.isalnum():
        return f'"{value}"'
    return json.dumps(value)


def _travelling(columns: str, shown: Shown) -> str:
    values = members(columns)
    project = values.pop(PROJECT_COLUMN, None)
    others = ", ".join(f"{name}: {value}" for name, value in values.items() if shown is None or name in shown)
    return ("" if project is None else f', "project": {project}') + (f', "carried": {{{others}}}' if others else "")


def _tmss_messages(row: Row, *, kind: str, shown: Shown, written: Callable[[str | None], str]) -> Sequence[bytes]:
    opening, action = '{"object_details": {"id": ', TMSS_ACTIONS.get(row.status, row.status)
    closing = f'}}, "object_type": {_text(kind)}, "action": {_text(action)}}}'
    keys = row.told_keys
    each: Sequence[str | None] = row.carried_objects or [None] * len(keys)
    return [
        f"{opening}{written(key)}{_details(columns, shown)}{closing}".encode()
        for key, columns in zip(keys, each, strict=True)
    ]


def _tmss_announcement(kind: str, epoch: str) -> bytes:
    told = {"object_details": {"id": None}, "object_type": kind, "action": "resync", "epoch": epoch}
    return json.dumps(told).encode()


def _number(key: str | None) -> str:
    return key if key is not None and key.isascii() and key.removeprefix("-").isdigit() else _text(key)


def _details(columns: str | None, shown: Shown) -> str:
    values = {} if columns is None else members(columns)
    values.pop('"id"', None)
    return "".join(f", {name}: {value}" for name, value in values.items() if shown is None or name in shown)
