"""The opening handshake as a function: a request's head comes in, an answer goes out. No I/O.

`websockets` parses and judges the request (RFC 6455, section 4.2); what ws4redis answers differently, and what
`websockets` leaves to its caller, is decided here.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlsplit

from websockets.datastructures import Headers
from websockets.http11 import Request
from websockets.server import ServerProtocol

from ws.gateway.proxies import LOCAL_PEER, TRUSTS_NOBODY, Asker, Peer, TrustedProxies, who_asks
from ws.gateway.query import RefusedError, Wish, read_target
from ws.gateway.request_head import usual_answer, usual_request

HEAD_BYTES_AT_MOST = 8192
END_OF_HEAD = b"\r\n\r\n"
ORIGIN_CHARACTERS_AT_MOST = 200
"""In a refusal, which is logged."""
RETRY_SECONDS = "10"
_COME_BACK = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_END_OF_ANY_HEAD = re.compile(rb"\r?\n\r?\n")
_C1_BYTE, _C1_CHARACTER = re.compile(rb"[\x80-\x9f]"), re.compile("[\x80-\x9f]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes to send, and the wish and the request if nothing is wrong with them."""

    data: bytes
    status: int
    reason: str
    wish: Wish | None = None
    request: Request | None = None
    asker: Asker | None = None
    """Who asks; None where nobody found out."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may open what."""

    websocket_url: str
    allowed_origins: Sequence[str] | None
    """None: pages of the same host and port."""
    is_own_host: Callable[[str], bool] = lambda _: True
    """Whether a page may name this host as its own. Behind a proxy, that is the proxy's affair."""
    trusted: TrustedProxies = TRUSTS_NOBODY
    """Whose word counts about who asks, by which scheme and host."""


def head_end(data: bytes | bytearray) -> int | None:
    """Where the request's head ends in what has arrived, or None while it has not.

    Raises RefusedError for a head that is too long, or whose lines do not end as HTTP's do.
    """
    found = _END_OF_ANY_HEAD.search(data)
    if found is None:
        if len(data) > HEAD_BYTES_AT_MOST:
            raise RefusedError(431, f"The request's head is longer than {HEAD_BYTES_AT_MOST} bytes.")
        return None
    if found.end() > HEAD_BYTES_AT_MOST:
        raise RefusedError(431, f"The request's head is longer than {HEAD_BYTES_AT_MOST} bytes.")
    if found.group() != END_OF_HEAD:
        raise RefusedError(400, "A line of the request does not end in CR LF.")
    return found.end()


def answer(head: bytes, rules: Rules, peer: Peer = LOCAL_PEER) -> Answer:
    """101 with the wish, or a refusal that says why."""
    asker = None
    try:
        request = request_of(head)
        asker = who_asks(peer, request.headers, rules.trusted)
        _require_upgrade(request)
        wish = judge(request, rules, asker)
        data = usual_answer(request.headers) or _accepted(request)
    except RefusedError as error:
        return replace(refusal(error), asker=asker)
    return Answer(data, 101, "Switching Protocols", wish, request, asker)


def request_of(head: bytes) -> Request:
    """Raises RefusedError for what is none."""
    _require_no_controls(head)
    return usual_request(head) or _parse(head)


def judge(request: Request, rules: Rules, asker: Asker) -> Wish:
    """What a request for a WebSocket asks for. Raises RefusedError where its page may not, or the address is wrong."""
    if len(request.headers.get_all("Host")) != 1:
        raise RefusedError(400, "A request names one Host.")
    _require_origin(request.headers, rules, asker)
    return read_target(request.path, rules.websocket_url)


def refusal(error: RefusedError) -> Answer:
    """A whole HTTP response for this refusal."""
    body = f"{error.reason}\n".encode()
    headers = Headers({"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body))})
    headers["Connection"] = "close"
    if error.status in _COME_BACK:
        headers["Retry-After"] = RETRY_SECONDS
    if error.status == HTTPStatus.UPGRADE_REQUIRED:
        headers["Upgrade"] = "websocket"
        headers["Sec-WebSocket-Version"] = "13"
    line = f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}\r\n"
    return Answer(line.encode() + headers.serialize() + body, error.status, error.reason)


def _parse(head: bytes) -> Request:
    protocol = ServerProtocol()
    protocol.receive_data(head)
    for event in protocol.events_received():
        if isinstance(event, Request):
            return event
    raise RefusedError(400, f"This is no request for a WebSocket: {protocol.handshake_exc}")


def _accepted(request: Request) -> bytes:
    protocol = ServerProtocol()
    response = protocol.accept(request)
    if response.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
        raise RefusedError(400, str(protocol.handshake_exc))
    return response.serialize()


def _require_no_controls(head: bytes) -> None:
    """Some read the byte 0x85 as the end of a line. As part of a character in UTF-8, as in a cookie, it is none."""
    if _C1_BYTE.search(head) is None:
        return
    try:
        is_text = _C1_CHARACTER.search(head.decode()) is None
    except UnicodeDecodeError:
        is_text = False
    if not is_text:
        raise RefusedError(400, "The request holds a control character.")


def _require_upgrade(request: Request) -> None:
    """ws4redis answers 400 where `websockets` would say 405 or 505."""
    if request.method != "GET" or request.protocol != "HTTP/1.1":
        raise RefusedError(400, "A WebSocket is opened by GET over HTTP/1.1.")
    if not request.headers.get_all("Upgrade"):
        raise RefusedError(400, "This address speaks WebSocket: the request has no header Upgrade: websocket.")
    if not request.headers.get_all("Sec-WebSocket-Version"):
        raise RefusedError(426, "The request has no header Sec-WebSocket-Version: 13.")


def _require_origin(headers: Headers, rules: Rules, asker: Asker) -> None:
    """A browser says which page is asking; a program sends no Origin. Source: RFC 6455, section 10.2.

    Where nobody says by which scheme the browser came, a page of either may be ours.
    """
    origins, allowed, host = headers.get_all("Origin"), rules.allowed_origins, asker.host or headers["Host"]
    if not origins:
        return
    is_same = _is_same_place(origins[0], host, asker.scheme) and rules.is_own_host(host)
    is_allowed = origins[0] in allowed if allowed is not None else is_same
    if len(origins) != 1 or not is_allowed:
        named = ", ".join(map(ascii, origins))[:ORIGIN_CHARACTERS_AT_MOST]
        raise RefusedError(403, f"Pages of {named} may not connect; WS['ALLOWED_ORIGINS'] names those that may.")


def _is_same_place(origin: str, host: str, known_scheme: str | None) -> bool:
    """Whether a page of this origin came from this host and port, by this scheme if it is known."""
    scheme, separator, _ = origin.partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in _DEFAULT_PORTS or known_scheme not in {None, scheme}:
        return False
    try:
        page, here = _place(origin), _place(f"{scheme}://{host}")
    except ValueError:
        return False
    return page == here and page[0] is not None


def _place(url: str) -> tuple[str | None, int]:
    """Host and port. Raises ValueError for what is no address."""
    parts = urlsplit(url)
    return parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme]
