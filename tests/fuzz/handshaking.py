"""What must hold of a request's answer, whatever the request. Pure, but for Django's view of a request.

In: a head in pieces. Out: nothing, or an assertion that fails.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from websockets.http11 import Request
from websockets.server import ServerProtocol

from ws.gateway.handshake import Answer, Rules, answer, head_end, refusal
from ws.gateway.proxies import Peer, trusted_proxies
from ws.gateway.query import RefusedError
from ws.gateway.request_head import usual_answer, usual_request
from ws.gateway.ticket_office import recall
from ws.gateway.tickets import TicketError
from ws.gateway.visitors import django_request

REFUSALS = {400, 403, 404, 426, 431}
RULES = (
    Rules("/ws/", None),
    Rules("/ws/", ["http://127.0.0.1:8001"], trusted=trusted_proxies(["unix", "127.0.0.1"])),
    Rules("/", None, lambda host: host.startswith("127."), trusted_proxies(["10.0.0.0/8"])),
)
PEERS = (Peer(), Peer("127.0.0.1"), Peer("10.1.2.3", is_secure=True), Peer("fe80::1%eth0"))


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a head ends, or the status with which it is refused, or neither yet."""

    at: int | None = None
    status: int | None = None


def judge(pieces: Sequence[bytes], rules: Rules, peer: Peer) -> None:
    """The answer is one that a client understands, and the same however the request came."""
    said = b"".join(pieces)
    ending = _ending(said)
    assert _ending_of_pieces(pieces) == ending
    if ending.at is None:
        return
    head = said[: ending.at]
    _read_alike(head)
    answered = answer(head, rules, peer)
    _require_answer(answered)
    if answered.wish is not None:
        assert answered.request is not None
        assert answered.asker is not None
        _look(django_request(answered.request, answered.asker))
        if answered.wish.ticket is not None:
            _require_no_ticket(answered.wish.ticket, answered.wish.facility)


def _ending(said: bytes) -> Ending:
    try:
        return Ending(head_end(said))
    except RefusedError as error:
        _require_answer(refusal(error))
        return Ending(status=error.status)


def _ending_of_pieces(pieces: Sequence[bytes]) -> Ending:
    """As `TcpClient` looks: after each piece."""
    said = b""
    for piece in pieces:
        said += piece
        if (ending := _ending(said)) != Ending():
            return ending
    return Ending()


def _require_answer(answered: Answer) -> None:
    head, separator, body = answered.data.partition(b"\r\n\r\n")
    line, *fields = head.decode("ascii").split("\r\n")
    assert separator
    assert line.startswith(f"HTTP/1.1 {answered.status} ")
    named = dict(field.split(": ", 1) for field in fields)
    assert len(named) == len(fields)
    if answered.status == 101:
        assert answered.wish is not None
        assert (body, named["Upgrade"], named["Connection"]) == (b"", "websocket", "Upgrade")
        return
    assert answered.status in REFUSALS
    assert answered.wish is None
    assert int(named["Content-Length"]) == len(body)
    assert body.decode().endswith("\n")


def _read_alike(head: bytes) -> None:
    """What is read at once, `websockets` would read too, and answer so."""
    ours = usual_request(head)
    if ours is None:
        return
    theirs = _websockets_request(head)
    assert theirs is not None
    assert (ours.path, list(ours.headers.raw_items())) == (theirs.path, list(theirs.headers.raw_items()))
    if (answered := usual_answer(ours.headers)) is not None:
        response = ServerProtocol().accept(theirs)
        response.headers.pop("Date", None)
        assert response.serialize() == answered


def _websockets_request(head: bytes) -> Request | None:
    protocol = ServerProtocol()
    protocol.receive_data(head)
    return next((event for event in protocol.events_received() if isinstance(event, Request)), None)


def _look(asked: HttpRequest) -> None:
    """A view can look at everything."""
    assert isinstance(asked.COOKIES, dict)
    assert asked.GET.urlencode() is not None
    assert asked.get_full_path().startswith("/")
    with suppress(SuspiciousOperation):
        asked.get_host()
        asked.build_absolute_uri()


def _require_no_ticket(text: str, facility: str) -> None:
    """Nobody signed one here."""
    try:
        recall(text, facility)
    except TicketError:
        return
    raise AssertionError(f"{text!r} was taken for a ticket")
