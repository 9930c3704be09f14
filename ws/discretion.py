"""What no log may show. Pure."""

import re
from collections.abc import Iterable

ELLIPSIS = "…"
_TICKET = re.compile(r"""\b(ticket=)[^\s&;'"<>]+""", re.IGNORECASE)


def without_tickets(text: str) -> str:
    """A ticket is good until it was used once, and a log may be read before that."""
    return _TICKET.sub(rf"\1{ELLIPSIS}", text)


def without(text: str, secrets: Iterable[str]) -> str:
    """The text, an ellipsis where one of these stands; the longer ones first, of which a shorter may be part."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, ELLIPSIS)
    return text
