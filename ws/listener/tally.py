"""Adds up what happens to many changes alike, so that it fills no log. Pure: time is an argument."""

from dataclasses import replace

from ws.listener.message_observations import Misfortune
from ws.observation import Observe

TELL_SECONDS = 10.0
"""Between two observations of one kind and model."""

_Kind = tuple[type[Misfortune], str]


class Tally:
    """The first of a kind is told when it is next looked; what follows is told together, later."""

    def __init__(self, observe: Observe) -> None:
        self._observe = observe
        self._untold: dict[_Kind, Misfortune] = {}
        self._tell_at: dict[_Kind, float] = {}

    def note(self, met: Misfortune) -> None:
        """Count it."""
        kind = (type(met), met.model)
        before = self._untold.get(kind)
        self._untold[kind] = met if before is None else replace(met, changes=before.changes + met.changes)

    def tell_due(self, now: float) -> None:
        """What was not told for a while."""
        for kind in [kind for kind in self._untold if self._tell_at.get(kind, now) <= now]:
            self._tell_at[kind] = now + TELL_SECONDS
            self._observe(self._untold.pop(kind))

    def tell_all(self) -> None:
        """At the end."""
        while self._untold:
            self._observe(self._untold.popitem()[1])
