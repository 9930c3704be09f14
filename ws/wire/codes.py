"""Close codes: the number, the reason that a browser sees, and whether it may reconnect (RFC 6455, section 7.4)."""

from dataclasses import dataclass
from typing import Literal

Reconnect = Literal["no", "at once", "later"]


@dataclass(frozen=True, slots=True)
class Close:
    """One row of the table."""

    code: int
    reason: str
    reconnect: Reconnect


TOO_BIG = Close(1009, "a message is too big", "no")
RESTARTING = Close(1012, "restarting: reconnect and refetch", "at once")
MISSED = Close(1012, "messages were missed: reconnect and refetch", "at once")
REFUSED_BY_REDIS = Close(1013, "this facility cannot be followed now", "later")
NOT_PUBLISHED = Close(1013, "what was said could not be published", "later")
SIGN_IN_AGAIN = Close(4401, "sign in again", "no")
NO_LONGER_ALLOWED = Close(4403, "no longer allowed", "no")
TOO_SLOW = Close(4408, "too slow: reconnect and refetch", "at once")
