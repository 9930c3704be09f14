"""What a worker has from its keeper: the sockets on which it accepts, two pipes, a line. It stands in the environment.

Over one pipe the worker says in lines of JSON how it goes. The other one says nothing: it ends when the keeper does.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

VARIABLE = "ROWCAST_WORKER"


@dataclass(frozen=True, slots=True)
class Heritage:
    """Descriptors, and whose they are."""

    place: int
    """The first is 1."""
    listeners: tuple[int, ...]
    news: int
    life: int
    health: int | None
    """A line over which it is asked how it is; None: nobody asks."""
    is_to_check: bool
    """The system checks, for all that are started with it: the keeper has done them for its own code only."""

    @property
    def descriptors(self) -> tuple[int, ...]:
        return (*self.listeners, self.news, self.life, *([] if self.health is None else [self.health]))

    def environment(self) -> dict[str, str]:
        return {VARIABLE: json.dumps(asdict(self))}

    def say(self, news: Mapping[str, Any]) -> None:
        """To the keeper, if there still is one."""
        with suppress(BrokenPipeError):
            os.write(self.news, json.dumps(news).encode() + b"\n")


def inherited() -> Heritage | None:
    """None: this process is nobody's worker. What it starts itself does not inherit this again."""
    text = os.environ.pop(VARIABLE, None)
    if text is None:
        return None
    said = json.loads(text)
    heritage = Heritage(**{**said, "listeners": tuple(said["listeners"])})
    for descriptor in heritage.descriptors:
        os.set_inheritable(descriptor, False)  # noqa: FBT003 - os has no keyword for it
    return heritage
