"""Whom a connection's first bytes are for. Pure: bytes come in, a decision goes out as soon as there is one."""

import re
from enum import Enum, auto

METHOD_LETTERS_AT_MOST = 20
_BEGINNING_OF_METHOD = re.compile(rf"[A-Z]{{0,{METHOD_LETTERS_AT_MOST}}}".encode())


class Addressee(Enum):
    """Who answers a connection."""

    GATEWAY = auto()
    SITE = auto()


def addressee(start: bytes, websocket_url: str) -> Addressee | None:
    """Whose the request is that starts so, or None while either may come of it.

    The gateway's are the paths below `websocket_url`, whatever the method. All else is the site's, and so is what is
    no request at all, such as TLS.
    """
    method, space, path = start.partition(b" ")
    if not _BEGINNING_OF_METHOD.fullmatch(method):
        return Addressee.SITE
    prefix = websocket_url.encode()
    if space and path.startswith(prefix):
        return Addressee.GATEWAY
    return None if prefix.startswith(path) else Addressee.SITE


def bytes_to_decide(websocket_url: str) -> int:
    """With so many there is always a decision."""
    return METHOD_LETTERS_AT_MOST + 1 + len(websocket_url.encode())
