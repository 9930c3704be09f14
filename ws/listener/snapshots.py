"""PostgreSQL's snapshots as values: which transactions a moment had seen the end of. Pure.

Source: manual, "Transaction ID and Snapshot Information Functions" (`pg_snapshot`, 64-bit transaction ids).
"""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every transaction below `xmax` that is not among `running` had ended."""

    xmax: int
    running: tuple[int, ...] = ()
    """In rising order, all below `xmax`."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `xmin:xmax:xip,xip,…`, as PostgreSQL writes it. Raises ValueError for anything else."""
        _, xmax, running = text.split(":")
        return cls(int(xmax), tuple(sorted(int(xid) for xid in running.split(",") if xid)))

    def __str__(self) -> str:
        return f"{self.xmin}:{self.xmax}:{','.join(map(str, self.running))}"

    @property
    def xmin(self) -> int:
        """Every transaction below this one had ended."""
        return min(self.running, default=self.xmax)

    def saw(self, xid: int) -> bool:
        """Whether the transaction had ended."""
        return xid < self.xmax and xid not in self.running

    def canonical(self, xmax: int) -> "Snapshot":
        """The same moment told by what is in the log alone (PROTOCOL.md, C3): nothing at or above `xmax` was seen.

        A crash takes back transaction ids that only aborted or wrote nothing: one that this moment counted as ended
        may be given out again. What is in the log and visible was flushed, and its ids are not.
        """
        return Snapshot(xmax, tuple(xid for xid in self.running if xid < xmax))
