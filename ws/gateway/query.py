"""What a client asks for by the address that it opens: `<WEBSOCKET_URL><facility>?<word>&<word>…`. Pure.

The rules are ws4redis's, less what would make names in Redis ambiguous.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, unquote_plus

FACILITY_CHARACTERS_AT_MOST = 200
TARGETS = 1024
"""Most clients open one of a few addresses, and share what was read of it."""
ECHO, TICKET = "echo", "ticket"
_NARROW_WORD = re.compile(r"(subscribe|publish)-(user|group|session)")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f*\[?]")


class RefusedError(ValueError):
    """The address cannot be served; the HTTP status says how that is told."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Wish:
    """A facility, and all words of the query, known or unknown, in their order."""

    facility: str
    words: tuple[str, ...]
    ticket: str | None = None
    """Which proves who asks; the one word with a value."""

    @property
    def wants_echo(self) -> bool:
        """Whether it wants to get back what it says."""
        return ECHO in self.words


def is_narrow(word: str) -> bool:
    """Whether this word is about an audience that is not everybody."""
    return _NARROW_WORD.fullmatch(word) is not None


@lru_cache(TARGETS)
def read_target(target: str, websocket_url: str) -> Wish:
    """The wish in a request target such as `/ws/rodan?subscribe-broadcast`.

    Raises RefusedError: 404 where the path is not ours, 400 for a facility that could not be told from other names.
    """
    path, _, query = target.partition("?")
    if not path.startswith(websocket_url):
        raise RefusedError(404, f"WebSockets are served below {websocket_url}")
    pairs = [(unquote_plus(key).strip().lower(), value) for key, _, value in map(_parted, query.split("&"))]
    words = tuple(dict.fromkeys(word for word, _ in pairs if word))
    ticket = next((unquote_plus(value) for word, value in pairs if word == TICKET), None)
    return Wish(_facility(path.removeprefix(websocket_url), words), words, ticket)


def _parted(part: str) -> tuple[str, str, str]:
    return part.partition("=")


def _facility(quoted: str, words: Sequence[str]) -> str:
    try:
        facility = unquote(quoted, errors="strict")
    except UnicodeDecodeError as error:
        raise RefusedError(400, "The facility is not UTF-8.") from error
    if len(facility) > FACILITY_CHARACTERS_AT_MOST:
        raise RefusedError(400, f"The facility is longer than {FACILITY_CHARACTERS_AT_MOST} characters.")
    if _FORBIDDEN.search(facility):
        raise RefusedError(400, "The facility holds a control character or one of * [ ?")
    if ".." in facility.split("/"):
        raise RefusedError(400, "The facility holds '..', which a proxy may read as a way up.")
    if ":" in facility and any(map(is_narrow, words)):
        raise RefusedError(400, "A facility with a colon can only be broadcast.")
    return facility
