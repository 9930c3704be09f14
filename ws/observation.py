"""What is worth noticing, as values; logs and metrics are readers of them.

Whatever is dropped, retried, refused, reconnected or closed early is an Observation of the process that it happens in
(`ws/listener/observations.py`, `ws/gateway/observations.py`).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that happened; its text is the line for the log."""

    level: ClassVar[int] = logging.INFO

    @property
    def kind(self) -> str:
        """A log has so many lines of one kind at a time, and a count of the rest."""
        return type(self).__name__


Observe = Callable[[Observation], None]
