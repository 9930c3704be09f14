"""What a client's admission rests on, and what becomes of the client when it is looked at again. Pure."""

from dataclasses import dataclass

from ws.gateway.admission import Admission
from ws.wire.channels import Channel
from ws.wire.codes import NO_LONGER_ALLOWED, SIGN_IN_AGAIN, Close

Print = int
"""Of a standing: another one says that something has changed."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """It stays, without these."""

    withdrawn: tuple[Channel, ...]
    publishes: tuple[Channel, ...]


def verdict(before: Admission, now: Admission | None) -> Close | Narrowed:
    """Of a client that was admitted before; None: it would not be now. It never gets more than it got then."""
    if now is None:
        return NO_LONGER_ALLOWED
    if now.standing.user != before.standing.user:
        return SIGN_IN_AGAIN
    kept = set(before.follows) & set(now.follows)
    if before.follows and not kept:
        return NO_LONGER_ALLOWED
    withdrawn = tuple(channel for channel in before.follows if channel not in kept)
    return Narrowed(withdrawn, tuple(channel for channel in before.publishes if channel in now.publishes))
