"""How far the log has been published, as arithmetic on snapshots. Pure.

Log rows become visible out of the order of their ids, so the cursor is no id: it is a pair of snapshots. Unread is
what the lower one (base) had not seen and the upper one had; that is the window. Within a window, whose rows don't
change any more, rows are read in the order of their ids, which is, for one row, the order of its commits. A window
may be read in many batches, and by many leaders, each going on where the stored cursor says (PROTOCOL.md, C1, C3).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from ws.listener.snapshots import Snapshot


class LogRow(Protocol):
    """A row of the log, as the cursor sees it."""

    @property
    def id(self) -> int: ...
    @property
    def xid(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything that `base` saw is published, and so are the window's rows up to `last_id`, and `offset` keys of the
    next row.
    """

    base: Snapshot
    upper: Snapshot | None = None
    """The end of the window that is being read; None: none is."""
    last_id: int = 0
    offset: int = 0

    def open(self, seen: Snapshot, newest_xid: int | None) -> "Cursor":
        """A window that is too long for one batch begins. `newest_xid`: of the log rows that `seen` sees, if any."""
        assert self.upper is None, "a window is read out before the next one is opened"
        return replace(self, upper=seen.canonical(self._xmax_after(newest_xid)), last_id=0, offset=0)

    def advanced(self, last_id: int, offset: int = 0) -> "Cursor":
        """So far within the window."""
        assert self.upper is not None, "only a window can be read in parts"
        return replace(self, last_id=last_id, offset=offset)

    def read_out(self) -> "Cursor":
        """The window's end was published."""
        assert self.upper is not None, "there is no window"
        return Cursor(base=self.upper)

    def read_at_once(self, seen: Snapshot, rows: Iterable[LogRow]) -> "Cursor":
        """All that `seen` sees and the base did not, these rows, was published in one batch."""
        assert self.upper is None, "a window is read out before the next one is opened"
        return Cursor(base=seen.canonical(self._xmax_after(max((row.xid for row in rows), default=None))))

    def _xmax_after(self, newest_xid: int | None) -> int:
        return self.base.xmax if newest_xid is None else max(self.base.xmax, newest_xid + 1)


def beginning(seen: Snapshot, newest_xid: int | None) -> Cursor:
    """A cursor that has everything before it which `seen` sees; `newest_xid`: of the log rows among that, if any."""
    return Cursor(base=seen.canonical(0 if newest_xid is None else newest_xid + 1))
