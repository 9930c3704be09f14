"""The opening handshake: nothing that arrives raises, or is let in by chance."""

from hypothesis import given
from hypothesis import strategies as st

from tests.ws.gateway.requests import KEY, request
from tests.ws.gateway.test_handshake import SAME_HOST, parse, respond
from ws.gateway.handshake import Rules


def judge(data: bytes, rules: Rules = SAME_HOST) -> None:
    """None, 101 with a wish or 4xx: whatever came."""
    answered = respond(data, rules)
    if answered is not None:
        assert answered.status == 101 or 400 <= answered.status < 500
        assert (answered.wish is not None) is (answered.status == 101)
        parse(answered.data)


@given(st.binary(max_size=300), st.sampled_from([b"", b"\r\n\r\n"]))
def test_no_bytes_raise_or_are_let_in_by_chance(data: bytes, end: bytes) -> None:
    judge(data + end)


VALUES = st.one_of(
    st.text(st.characters(max_codepoint=255), max_size=30),
    st.sampled_from(
        ["null", "http://[", "http://127.0.0.1:8001", "://x", "websocket", "Upgrade", KEY, "13", "[", '"', ","]
    ),
)
NAMES = st.sampled_from(
    [
        *["Host", "Origin", "Upgrade", "Connection", "Content-Length"],
        *["Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"],
    ]
)
RULES = st.sampled_from([SAME_HOST, Rules("/ws/", ["https://example.org"]), Rules("/", [])])


@given(VALUES, VALUES, RULES)
def test_no_host_and_origin_raise(host: str, origin: str, rules: Rules) -> None:
    judge(request(changes={"Host": host, "Origin": origin}), rules)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=4), RULES)
def test_no_headers_beside_the_right_ones_raise(extra: list[tuple[str, str]], rules: Rules) -> None:
    judge(request(extra=extra), rules)


@given(st.dictionaries(NAMES, st.none() | VALUES, max_size=4), VALUES, RULES)
def test_no_headers_instead_of_the_right_ones_raise(headers: dict[str, str | None], path: str, rules: Rules) -> None:
    judge(request(f"/ws/{path}", changes=headers), rules)


@given(st.integers(0, len(request()) - 1), st.binary(max_size=4), st.integers(0, 4))
def test_no_damage_to_a_right_request_raises(at: int, put: bytes, cut: int) -> None:
    whole = request()
    judge(whole[:at] + put + whole[at + cut :])
