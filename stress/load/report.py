"""thor's report, read: text in, figures out. Pure.

thor exits with 0 whatever happened; what happened stands here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_ROW = re.compile(r"^(Connected|Failed) +(\d+)", re.MULTILINE)
_LATENCY = re.compile(r"^Latency +(\S+)", re.MULTILINE)
_ERROR = re.compile(r"^(\d+)x +(.*?) *$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Report:
    """What thor says of its connections."""

    connected: int
    failed: int
    errors: Mapping[str, int]
    """What went wrong, and how often."""
    has_latency: bool
    """Whether anything was answered: thor writes NaN where nothing was."""


def read_report(text: str) -> Report | None:
    """The figures of thor's output, or None where it ended without a report."""
    rows = {name: int(number) for name, number in _ROW.findall(text)}
    latency = _LATENCY.search(text)
    if latency is None or rows.keys() != {"Connected", "Failed"}:
        return None
    _, _, received = text.partition("Received errors:")
    errors = {message: int(times) for times, message in _ERROR.findall(received)}
    return Report(rows["Connected"], rows["Failed"], errors, has_latency=latency[1] != "NaN")
