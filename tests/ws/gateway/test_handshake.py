"""The opening handshake: whoever is not let in is told why."""

import logging

import pytest
from websockets.http11 import Response
from websockets.streams import StreamReader

from tests.ws.gateway.requests import KEY, request
from ws.gateway.handshake import HEAD_BYTES_AT_MOST, Answer, Rules, answer, head_end, refusal
from ws.gateway.query import RefusedError, Wish

SAME_HOST = Rules("/ws/", allowed_origins=None)


def respond(data: bytes, rules: Rules = SAME_HOST) -> Answer | None:
    """What a client that sends these bytes is answered; None while its request is not complete."""
    try:
        end = head_end(data)
    except RefusedError as error:
        return refusal(error)
    return None if end is None else answer(data[:end], rules)


def parse(data: bytes) -> Response:
    """An answer's bytes as a client reads them."""
    reader = StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    parser = Response.parse(reader.read_line, reader.read_exact, reader.read_to_eof)
    try:
        while True:
            next(parser)
    except StopIteration as end:
        response = end.value
    assert isinstance(response, Response)
    return response


def status(data: bytes, rules: Rules = SAME_HOST) -> int:
    """The answer's status; a refusal has a body that says why, and its reason is for the log."""
    answered = respond(data, rules)
    assert answered is not None
    response = parse(answered.data)
    assert response.status_code == answered.status
    if answered.status != 101:
        assert answered.wish is None
        assert response.body == f"{answered.reason}\n".encode()
        assert response.headers["Connection"] == "close"
    return answered.status


def test_a_right_request_is_let_in_with_its_wish() -> None:
    """Compatibility L1."""
    answered = respond(request("/ws/rodan?subscribe-broadcast&echo"))
    assert answered is not None
    assert (answered.status, answered.wish) == (101, Wish("rodan", ("subscribe-broadcast", "echo")))


def test_the_answer_proves_that_the_key_was_read() -> None:
    """RFC 6455, section 1.3, has this key and its answer."""
    answered = respond(request(changes={"Sec-WebSocket-Key": KEY}))
    assert answered is not None
    assert parse(answered.data).headers["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def test_neither_compression_nor_a_subprotocol_is_promised() -> None:
    """Compatibility K8."""
    offered: dict[str, str | None] = {
        "Sec-WebSocket-Extensions": "permessage-deflate",
        "Sec-WebSocket-Protocol": "wamp, mqtt",
    }
    answered = respond(request(changes=offered))
    assert answered is not None
    assert answered.status == 101
    assert not {"Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"} & set(parse(answered.data).headers)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (request(line="POST /ws/rodan HTTP/1.1"), "GET"),
        (request(line="HEAD /ws/rodan HTTP/1.1"), "GET"),
        (request(line="GET /ws/rodan HTTP/1.0"), "HTTP/1.1"),
        (request(extra=[("Host", "127.0.0.1:8001")]), "Host"),
        (request(extra=[("Sec-WebSocket-Version", "13")]), "Sec-WebSocket-Version"),
        (request(extra=[("Sec-WebSocket-Key", KEY)]), "Sec-WebSocket-Key"),
        (request(changes={"Host": None}), "Host"),
        (request(changes={"Upgrade": None}), "Upgrade"),
        (request(changes={"Upgrade": "h2c"}), "Upgrade"),
        (request(changes={"Connection": None}), "Connection"),
        (request(changes={"Connection": "keep-alive"}), "Connection"),
        (request(changes={"Sec-WebSocket-Version": "8"}), "Sec-WebSocket-Version"),
        (request(changes={"Sec-WebSocket-Version": "thirteen"}), "Sec-WebSocket-Version"),
        (request(changes={"Sec-WebSocket-Key": None}), "Sec-WebSocket-Key"),
        (request(changes={"Sec-WebSocket-Key": ""}), "Sec-WebSocket-Key"),
        (request(changes={"Sec-WebSocket-Key": "c2hvcnQ="}), "Sec-WebSocket-Key"),
        (request(changes={"Sec-WebSocket-Key": "no base64 at all"}), "Sec-WebSocket-Key"),
        (request(changes={"Sec-WebSocket-Key": "é" * 16}), "Sec-WebSocket-Key"),
        (request(changes={"Sec-WebSocket-Protocol": "café"}), "Sec-WebSocket-Protocol"),
    ],
)
def test_a_request_that_lacks_something_is_400_and_the_body_says_what(data: bytes, word: str) -> None:
    """Compatibility K1, K3, K4, L1."""
    assert status(data) == 400
    answered = respond(data)
    assert answered is not None
    assert word in answered.reason


def test_no_version_is_426_which_names_ours() -> None:
    """Compatibility K2."""
    data = request(changes={"Sec-WebSocket-Version": None})
    assert status(data) == 426
    answered = respond(data)
    assert answered is not None
    assert parse(answered.data).headers["Sec-WebSocket-Version"] == "13"


@pytest.mark.parametrize(("target", "expected"), [("/", 404), ("/ws", 404), ("/ws/%00", 400), ("/ws/b:c?echo", 101)])
def test_an_address_is_judged_by_its_own_rules(target: str, expected: int) -> None:
    """Compatibility U3."""
    assert status(request(target)) == expected


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (None, 101),
        ("http://127.0.0.1:8001", 101),
        ("HTTP://127.0.0.1:8001", 101),
        ("https://127.0.0.1:8001", 101),
        ("https://evil.test", 403),
        ("null", 403),
        ("", 403),
        ("evil.test", 403),
        ("://", 403),
        ("http", 403),
        ("http://127.0.0.1.evil.test:8001", 403),
        ("http://evil.test#127.0.0.1:8001", 403),
        ("http://127.0.0.1:8000", 403),
        ("http://127.0.0.1", 403),
        ("http://localhost:8001", 403),
        ("http://[", 403),
        ("http://[::1", 403),
        ("http://127.0.0.1:port", 403),
        ("http://127.0.0.1:99999", 403),
    ],
)
def test_only_pages_of_the_same_host_and_port_may_connect(origin: str | None, expected: int) -> None:
    """Compatibility K7, T7."""
    assert status(request(changes={"Origin": origin})) == expected


@pytest.mark.parametrize(
    ("host", "origin", "expected"),
    [
        ("example.org", "http://example.org", 101),
        ("example.org", "https://example.org", 101),
        ("example.org", "https://example.org:443", 101),
        ("example.org:443", "https://example.org", 101),
        ("EXAMPLE.org", "https://example.org", 101),
        ("[::1]:8001", "http://[::1]:8001", 101),
        ("example.org", "https://example.org:8443", 403),
        ("[", "http://evil.test", 403),
        ("[", "http://[", 403),
        ("", "null", 403),
        ("", "http://", 403),
    ],
)
def test_a_default_port_need_not_be_written(host: str, origin: str, expected: int) -> None:
    assert status(request(changes={"Host": host, "Origin": origin})) == expected


def test_two_origins_are_403() -> None:
    assert status(request(extra=[("Origin", "http://127.0.0.1:8001")] * 2)) == 403


@pytest.mark.parametrize(
    ("origin", "expected"),
    [(None, 101), ("https://example.org", 101), ("https://example.org.evil.test", 403), ("null", 403)],
)
def test_named_origins_alone_may_connect(origin: str | None, expected: int) -> None:
    """Compatibility K7."""
    rules = Rules("/ws/", allowed_origins=["https://example.org"])
    assert status(request(changes={"Origin": origin}), rules) == expected
    assert status(request(changes={"Origin": "http://127.0.0.1:8001"}), rules) == 403


@pytest.mark.parametrize(
    "data",
    [
        request().replace(b"\r\n", b"\n"),
        request().replace(b"\r\nUpgrade", b"\nUpgrade"),
        request()[:-2] + b"\n",
        request(extra=[("X-Folded", "a\r\n b")]),
        request(extra=[("X Spaced", "a")]),
        request(extra=[("", "no name")]),
        request(extra=[("X-Zero", "a\0b")]),
        request(extra=[("X-Return", "a\rb")]),
        request(extra=[("Content-Length", "5")]),
        request(extra=[("Transfer-Encoding", "chunked")]),
        request(line="GET /ws/rodan"),
        request(line="GET /ws/café HTTP/1.1"),
        request(line="GET  /ws/rodan HTTP/1.1"),
        request(line="\x16\x03\x01\x02\x00\x01"),
        b"\r\n\r\n",
        b"\n\n",
    ],
)
def test_what_is_no_http_is_400(data: bytes) -> None:
    assert status(data) == 400


def test_a_line_that_ends_in_a_bare_lf_is_refused_wherever_it_stands() -> None:
    """A proxy before us could read such a head in another way."""
    whole = request()
    for at in [place for place in range(len(whole)) if whole[place : place + 2] == b"\r\n"]:
        assert status(whole[:at] + whole[at + 1 :] + b"\r\n") in range(400, 500)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(b"a\x85b", 400), (b"\x80", 400), (b"\xc2\x85", 400), ("…".encode(), 101), (b"caf\xe9", 101), ("À".encode(), 101)],
)
def test_a_control_character_is_refused_in_any_encoding_and_a_cookie_in_utf_8_is_none(
    value: bytes, expected: int
) -> None:
    """PITFALLS A7."""
    assert status(request(extra=[("Cookie", "a=b")]).replace(b"a=b", b"a=" + value)) == expected


@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"])
def test_a_head_of_9_kib_is_431_whether_it_ends_or_not(end: bytes) -> None:
    assert status(request(extra=[("X-Long", "a" * 9 * 1024)]).removesuffix(b"\r\n\r\n") + end) == 431


def test_300_headers_are_refused() -> None:
    assert status(request(extra=[("a", "b")] * 300)) in {400, 431}


def test_a_head_may_have_8_kib() -> None:
    rest = HEAD_BYTES_AT_MOST - len(request(extra=[("X-Long", "")]))
    assert status(request(extra=[("X-Long", "a" * rest)])) == 101
    assert status(request(extra=[("X-Long", "a" * (rest + 1))])) == 431


def test_no_part_of_a_request_is_answered() -> None:
    whole = request()
    assert all(respond(whole[:length]) is None for length in range(len(whole)))


def test_what_follows_the_head_is_not_part_of_it() -> None:
    assert head_end(request() + b"\x81\x80abcd\r\n\r\n") == len(request())


@pytest.mark.parametrize("code", [400, 403, 404, 426, 431, 503])
def test_a_refusal_is_a_whole_response(code: int) -> None:
    response = parse(refusal(RefusedError(code, "Größe")).data)
    assert (response.status_code, response.body) == (code, "Größe\n".encode())


def test_a_refused_request_leaves_no_traceback_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert status(request(line="nonsense")) == 400
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
