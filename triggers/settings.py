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
    delivery: str = "durable"
    """`"durable"`: changes stand in a log until they are published, each once. `"notify"`: every changed row fires
    NOTIFY with its message, at most once."""
    channel: str = "rowcast"
    """The NOTIFY channel."""
    facility: str = "rowcast"
    """The facility on which messages are published: the part of the URL after `/ws/`."""
    message: str = "rodan"
    """The format of messages: one of `FORMATS`, or a dotted path."""
    retention: int = 3600
    """Seconds for which the log keeps what was published, at least."""
    log_bytes_at_most: int = 1024**3
    """How large the log may become while nobody reads it; beyond that the oldest changes go, never silently."""
    log_seconds_at_most: int = 86400
    """How old a change may become that nobody has read, as for bytes."""
    truncate: bool = True
    """TRUNCATE tells `resync`: look at every row again."""
    on_error: str = "fail"
    """A write whose change cannot be told: `"fail"`s too, or goes on with a `"warn"`ing that is counted."""
    enable_always: bool = False
    """Fire also under `session_replication_role = replica` (manual, "ALTER TABLE … ENABLE ALWAYS TRIGGER")."""


SETTING_NAMES = frozenset(name.upper() for name in TriggersSettings.__slots__)
DURABLE, NOTIFY = "durable", "notify"
DELIVERIES = frozenset({DURABLE, NOTIFY})
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
