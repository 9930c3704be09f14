"""`settings.TRIGGERS`, read into one frozen value. What is wrong with it is said by `triggers.checks`."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

CHANNEL_BYTES_AT_MOST = 63
"""PostgreSQL cuts a longer name in LISTEN and refuses it in `pg_notify` (manual, "NOTIFY")."""


@dataclass(frozen=True, slots=True)
class TriggersSettings:
    """The keys of `settings.TRIGGERS`, in lower case."""

    watch: tuple[str, ...] = field(default=())
    """App labels and `"app.Model"` names."""
    delivery: str = "notify"
    """`"notify"`: every changed row fires NOTIFY with its message, at most once."""
    channel: str = "rowcast"
    """The NOTIFY channel."""
    facility: str = "rowcast"
    """The facility on which messages are published: the part of the URL after `/ws/`."""
    truncate: bool = True
    """TRUNCATE tells `resync`: look at every row again."""
    on_error: str = "fail"
    """A write whose change cannot be told: `"fail"`s too, or goes on with a `"warn"`ing that is counted."""
    enable_always: bool = False
    """Fire also under `session_replication_role = replica` (manual, "ALTER TABLE … ENABLE ALWAYS TRIGGER")."""


SETTING_NAMES = frozenset(name.upper() for name in TriggersSettings.__slots__)
DELIVERIES = frozenset({"notify"})
FAIL, WARN = "fail", "warn"
ERROR_POLICIES = frozenset({FAIL, WARN})


def load() -> TriggersSettings:
    """The settings as they are now; unknown keys are left to the system check."""
    given = {name.lower(): value for name, value in configured().items() if name in SETTING_NAMES}
    given["watch"] = tuple(given.get("watch", ()))
    return TriggersSettings(**given)


def configured() -> dict[str, Any]:
    """`settings.TRIGGERS` as it was written, or nothing."""
    return dict(getattr(settings, "TRIGGERS", {}))
