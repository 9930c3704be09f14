"""What a ticket says, and when it is good. Pure: the time and the chance come in, and what is signed goes out.

A ticket proves for a few seconds, once, on one facility, who a client is that brings no cookie.
"""

from dataclasses import dataclass

SKEW_SECONDS = 5.0
"""So far may the clocks of those who issue tickets and those who redeem them be apart."""


class TicketError(ValueError):
    """The ticket proves nothing; the reason is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom it names."""

    user: str
    """The primary key, as text."""
    backend: str
    """Which of AUTHENTICATION_BACKENDS knows the user; empty: any."""
    password: str
    """A digest that is another one when the password is."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """All that is signed."""

    holder: Holder
    facility: str
    issued_at: float
    """Seconds since 1970."""
    nonce: str
    """What no other ticket has."""


def make(ticket: Ticket) -> list[str | float]:
    """For JSON, short, and for `read`."""
    holder = ticket.holder
    return [holder.user, holder.backend, holder.password, ticket.facility, ticket.issued_at, ticket.nonce]


def read(said: object, facility: str, now: float, seconds: float) -> Ticket:
    """The ticket, if it is good for the facility now, at most so many seconds after it was issued.

    Raises TicketError.
    """
    ticket = _ticket(said)
    age = now - ticket.issued_at
    if age > seconds:
        raise TicketError(f"it is {age:.0f} s old, of {seconds:.0f}")
    if age < -SKEW_SECONDS:
        raise TicketError(f"it was issued {-age:.0f} s from now: the clocks differ")
    if ticket.facility != facility:
        raise TicketError(f"it is for the facility {ticket.facility!r}, not {facility!r}")
    return ticket


def remembered_seconds(seconds: float) -> float:
    """How long a used ticket's nonce must be known, so that it is good nowhere any more when it is forgotten."""
    return seconds + 2 * SKEW_SECONDS


def _ticket(said: object) -> Ticket:
    match said:
        case [str(user), str(backend), str(password), str(facility), float(issued_at), str(nonce)]:
            return Ticket(Holder(user, backend, password), facility, issued_at, nonce)
    raise TicketError("it does not say what a ticket says")
