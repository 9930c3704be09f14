"""What a request tells us in confidence: its cookies, keys and query. Pure.

A site's callable, or a library below it, may put any of that into the text of an exception, which is logged.
"""

from collections.abc import Iterator
from urllib.parse import unquote_plus

from websockets.http11 import Request

SHORTEST = 6
"""What is shorter is no secret, and stands in many a word."""
_OPEN = frozenset(
    [
        *("accept", "accept-encoding", "accept-language", "cache-control", "connection", "host", "origin", "pragma"),
        *("sec-websocket-extensions", "sec-websocket-key", "sec-websocket-version", "upgrade", "user-agent"),
        *("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"),
    ]
)
"""Headers that open no door. Any other may hold a site's own key."""


def confidences(request: Request) -> set[str]:
    """Every text that a log must not show."""
    return {secret for secret in _secrets(request) if len(secret) >= SHORTEST}


def _secrets(request: Request) -> Iterator[str]:
    query = request.path.partition("?")[2]
    yield query
    for part in query.split("&"):
        value = part.partition("=")[2]
        yield from (value, unquote_plus(value))
    for name, value in request.headers.raw_items():
        if name.lower() in _OPEN:
            continue
        yield value
        if name.lower() == "cookie":
            yield from (pair.partition("=")[2].strip(' "') for pair in value.split(";"))
        else:
            yield from value.split()[1:]  # after "Bearer", say
