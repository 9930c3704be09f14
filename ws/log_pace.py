"""How many lines of one kind a log gets. Pure.

The first few of a kind are written at once. What comes more often is counted, and told in one line when the spell that
began with the first of them is over.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

LINES_AT_MOST = 10
SPELL_SECONDS = 10.0

Kind = TypeVar("Kind", bound=Hashable)


@dataclass(slots=True)
class _Spell:
    ends_at: float
    lines: int = 0
    untold: int = 0


@dataclass(slots=True)
class LogPace(Generic[Kind]):
    """Of one log. Kinds must be few: each that is under way is remembered."""

    lines_at_most: int = LINES_AT_MOST
    seconds: float = SPELL_SECONDS
    _spells: dict[Kind, _Spell] = field(default_factory=dict)

    def is_written(self, kind: Kind, now: float) -> bool:
        """Whether one more of this kind is written, once `over` was told; else it is counted."""
        spell = self._spells.setdefault(kind, _Spell(now + self.seconds))
        if spell.lines < self.lines_at_most:
            spell.lines += 1
            return True
        spell.untold += 1
        return False

    def over(self, now: float) -> Iterator[tuple[Kind, int]]:
        """Kinds whose spell is over, with how many of them were not written. They are forgotten then."""
        for kind in [kind for kind, spell in self._spells.items() if spell.ends_at <= now]:
            untold = self._spells.pop(kind).untold
            if untold:
                yield kind, untold

    def next_end(self) -> float | None:
        """When the next spell is over that left something untold; None: there is none."""
        return min((spell.ends_at for spell in self._spells.values() if spell.untold), default=None)
