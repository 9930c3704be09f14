"""What the writers have done. Pure; each writer has one of its own, and they are added up."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """Of transactions that changed something, unless it says otherwise."""

    changes: int = 0
    """Of those that were acknowledged."""
    acknowledged: int = 0
    durable: set[int] = field(default_factory=set)
    """Acknowledged, and PostgreSQL must keep them whatever happens."""
    relaxed: set[int] = field(default_factory=set)
    """Acknowledged with synchronous_commit off: a crash may take them back."""
    unknown: set[int] = field(default_factory=set)
    """The connection broke before the answer."""
    rolled_back: int = 0
    """Because it was meant to be, or PostgreSQL refused it."""
    broken: int = 0
    """The connection broke earlier."""

    def keep(self, number: int, changes: int, *, is_durable: bool) -> None:
        """A transaction was acknowledged."""
        if changes:
            self.acknowledged += 1
            self.changes += changes
            (self.durable if is_durable else self.relaxed).add(number)

    def add(self, other: "Tally") -> None:
        self.changes += other.changes
        self.acknowledged += other.acknowledged
        self.durable |= other.durable
        self.relaxed |= other.relaxed
        self.unknown |= other.unknown
        self.rolled_back += other.rolled_back
        self.broken += other.broken
