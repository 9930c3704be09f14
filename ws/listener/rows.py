"""A row of the log, and the changes that stand in it. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from ws.listener.carried import elements


class Row(NamedTuple):
    """One change, or at most 500 of one statement. A tuple, for it is made for every change."""

    id: int
    xid: int
    status: str
    model: str
    """`app_label.model_name`."""
    key: str | None
    uuids: str | None
    """The keys of many changes, as PostgreSQL writes an array of UUIDs."""
    keys: Sequence[str | None] | None
    """The keys of many changes, of any other type."""
    carried: str | None
    """JSON: one object column → value, or an array of them beside the keys."""
    at: str
    """When it was written, by the server's clock, in UTC; for people, and to know a row again."""

    @property
    def told_keys(self) -> Sequence[str | None]:
        """Each change's key, as its message has it, in the order of the changes."""
        if self.uuids is not None:
            return [None if key == "NULL" else key for key in self.uuids[1:-1].replace("-", "").split(",")]
        return [self.key] if self.keys is None else self.keys

    @property
    def carried_objects(self) -> Sequence[str]:
        """Beside the keys, as JSON; empty where nothing travels."""
        if self.carried is None:
            return ()
        return elements(self.carried) if self.carried.startswith("[") else [self.carried]

    @property
    def is_of_all(self) -> bool:
        """Whether it says no more than: look at every row again."""
        return self.key is None and self.uuids is None and self.keys is None and self.carried is None
