"""What is read at once is read as `websockets` would, which is asked about everything here as well."""

from hypothesis import given
from hypothesis import strategies as st
from websockets.http11 import Request
from websockets.server import ServerProtocol

from tests.ws.gateway.requests import request
from tests.ws.gateway.test_handshake_random import NAMES, VALUES
from ws.gateway.request_head import usual_answer, usual_request


def websockets_request(head: bytes) -> Request | None:
    protocol = ServerProtocol()
    protocol.receive_data(head)
    found = protocol.events_received()
    assert not found or isinstance(found[0], Request)
    return found[0] if found else None  # type: ignore[return-value]


def agree(head: bytes) -> None:
    """Whatever we read at once is the same there; and whatever we answer at once is answered so."""
    ours, theirs = usual_request(head), websockets_request(head)
    if ours is None:
        return
    assert theirs is not None, head
    assert (ours.path, list(ours.headers.raw_items())) == (theirs.path, list(theirs.headers.raw_items()))
    if (answer := usual_answer(ours.headers)) is not None:
        response = ServerProtocol().accept(theirs)
        del response.headers["Date"]
        assert response.serialize() == answer


@given(st.dictionaries(NAMES, st.none() | VALUES, max_size=3), st.lists(st.tuples(NAMES, VALUES), max_size=3))
def test_headers_are_read_alike(changes: dict[str, str | None], extra: list[tuple[str, str]]) -> None:
    agree(request(changes=changes, extra=extra))


@given(st.integers(0, len(request()) - 1), st.binary(max_size=4), st.integers(0, 4))
def test_damage_is_read_alike(at: int, put: bytes, cut: int) -> None:
    whole = request()
    agree(whole[:at] + put + whole[at + cut :])


def test_a_connection_that_is_no_list_of_tokens_is_left_to_websockets() -> None:
    found = usual_request(request(changes={"Connection": ":eep-alive, Upgrade"}))
    assert found is not None
    assert usual_answer(found.headers) is None


def test_a_browsers_request_is_read_and_answered_at_once() -> None:
    found = usual_request(
        request(changes={"Connection": "keep-alive, Upgrade"}, extra=[("Cookie", "a=b; c=Gr\xf6\xdfe")])
    )
    assert found is not None
    assert found.headers["Cookie"] == "a=b; c=Gr\xf6\xdfe"
    assert usual_answer(found.headers) is not None


def test_a_request_that_has_a_body_or_too_many_headers_is_left_to_websockets() -> None:
    assert usual_request(request(extra=[("Content-Length", "0")])) is None
    assert usual_request(request(extra=[("X-Many", "1")] * 200)) is None
