"""What travels with a change stays the JSON text that PostgreSQL wrote. Pure.

Read as Python's values it could change, or stop the listener for ever: a number may have more digits than a float
keeps or an int takes, and arrays may be nested deeper than Python calls. So only its marks are looked at. The text is
valid JSON: the column's type sees to it.
"""

import re

_MARKS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]')


def elements(text: str) -> list[str]:
    """Of an array, or an object's members; each in one line. None of what is neither."""
    found, depth, start = list[str](), 0, 0
    for token in _MARKS.finditer(text):
        mark = token.group()
        if mark in {"[", "{"}:
            depth += 1
            start = token.end() if depth == 1 else start
        elif mark in {"]", "}"}:
            depth -= 1
        if depth == 0 or (depth == 1 and mark == ","):
            found.append(_one_line(text[start : token.start()]))
            start = token.end()
    return [] if found == [""] else found


def members(text: str) -> dict[str, str]:
    """An object's values by their names, which are in quotes. None of what is no object."""
    return dict(map(_name_and_value, elements(text)))


def _name_and_value(member: str) -> tuple[str, str]:
    name = _MARKS.match(member)
    assert name is not None, "an object's member begins with its name"
    return name.group(), member[name.end() :].lstrip(" \t:")


def _one_line(text: str) -> str:
    """Within a string no line ends."""
    return text.strip().replace("\n", " ").replace("\r", " ")
