"""PITFALLS A7 and A8: requests that are no clean HTTP, and facilities that could pass for other names."""

import pytest

from tests.ws.gateway.hostile.target import Target
from tests.ws.gateway.requests import HEADERS, KEY, request
from ws.gateway.handshake import HEAD_BYTES_AT_MOST

RIGHT = request()
BROKEN = {
    "two hosts": request(extra=[("Host", "127.0.0.1:8001")]),
    "two other hosts": request(extra=[("Host", "evil.test")]),
    "no host": request(changes={"Host": None}),
    "two keys": request(extra=[("Sec-WebSocket-Key", KEY)]),
    "two other keys": request(extra=[("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")]),
    "no key": request(changes={"Sec-WebSocket-Key": None}),
    "a key that is none": request(changes={"Sec-WebSocket-Key": "short"}),
    "two versions": request(extra=[("Sec-WebSocket-Version", "8")]),
    "bare LF": RIGHT.replace(b"\r\n", b"\n"),
    "one bare LF": RIGHT.replace(b"\r\nUpgrade", b"\nUpgrade"),
    "bare CR": RIGHT.replace(b"\r\nUpgrade", b"\rUpgrade"),
    "folded": request(extra=[("X-Folded", "a\r\n b")]),
    "folded by a tab": request(extra=[("X-Folded", "a\r\n\tb")]),
    "\\x85 in a header": request(extra=[("X-Next", "a\x85b")]),
    "\\x85 in the host": request(changes={"Host": "127.0.0.1\x85:8001"}),
    "\\0 in a header": request(extra=[("X-Zero", "a\0b")]),
    "a space before the colon": request(extra=[("X-Space ", "a")]),
    "no colon": RIGHT.replace(b"Upgrade: websocket", b"Upgrade websocket"),
    "a body": request(extra=[("Content-Length", "5")]) + b"hello",
    "an announced body": request(extra=[("Content-Length", "5")]),
    "two lengths": request(extra=[("Content-Length", "5"), ("Content-Length", "6")]),
    "a chunked body": request(extra=[("Transfer-Encoding", "chunked")]) + b"5\r\nhello\r\n0\r\n\r\n",
    "length and chunks": request(extra=[("Content-Length", "5"), ("Transfer-Encoding", "chunked")]),
    "a subprotocol that is no ASCII": request(extra=[("Sec-WebSocket-Protocol", "é")]),
    "a header of 9 KiB": request(extra=[("X-Long", "a" * 9 * 1024)]),
    "a line of 9 KiB": request(f"/ws/{'a' * 9 * 1024}"),
    "a head without end": request(extra=[("X-Long", "a" * HEAD_BYTES_AT_MOST)]).removesuffix(b"\r\n\r\n"),
    "300 headers": request(extra=[(f"X-{number}", "a") for number in range(300)]),
    "POST": request(line="POST /ws/sky HTTP/1.1"),
    "HTTP/1.0": request(line="GET /ws/sky HTTP/1.0"),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/9.9": request(line="GET /ws/sky HTTP/9.9"),
    "no version": request(line="GET /ws/sky"),
    "absolute": request(line="GET http://127.0.0.1:8001/ws/sky HTTP/1.1"),
    "CONNECT": request(line="CONNECT evil.test:443 HTTP/1.1"),
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "only ends of lines": b"\r\n\r\n",
    "no upgrade": request(changes={"Upgrade": None}),
    "another upgrade": request(changes={"Upgrade": "h2c"}),
    "no connection": request(changes={"Connection": None}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_clean_request_is_4xx(target: Target, name: str) -> None:
    """A7: never 5xx, never silence."""
    assert 400 <= target.status(BROKEN[name]) < 500


def test_hundreds_of_broken_requests_do_no_harm(target: Target) -> None:
    """A7."""
    with target.attacked():
        for name, said in list(BROKEN.items()) * 10:
            assert 400 <= target.status(said) < 500, name


def test_what_follows_a_refused_request_is_not_kept(target: Target) -> None:
    """A7: smuggled behind it, or just much."""
    with target.attacked():
        for _ in range(8):
            with target.connect() as client:
                client.send(BROKEN["a body"] + RIGHT + bytes(1024))
                assert client.status() == 400
                assert b"101" not in client.rest()


@pytest.mark.parametrize(
    "facility",
    [
        *("b:c?subscribe-group", "b:c?subscribe-user", "b:c?publish-session&subscribe-broadcast", "%3a?subscribe-user"),
        *("%00", "a%0d%0ab", "a%0a", "%7f", "%c2%85", "*", "%2a", "[a-z]", "%5ba-z%5d", "?*".replace("?", "%3f")),
        *("%2e%2e", "../x", "x/..", "%2e%2e/%2e%2e/etc/passwd", "%ff", "%ed%a0%80", "a" * 4096, "%61" * 400),
    ],
)
def test_a_facility_that_could_be_another_name_is_400(target: Target, facility: str) -> None:
    """A8."""
    assert target.status(request(f"/ws/{facility}")) == 400


def test_no_pattern_is_ever_subscribed_to(target: Target) -> None:
    """A8: whatever a client names."""
    named = ["h?llo", "h*llo", "h[ae]llo", "^", "\\*", "a{b}c", "?subscribe-broadcast", "b:c?subscribe-broadcast"]
    before = target.publisher.pubsub_numpat()
    with target.attacked():
        for facility in named * 20:
            path, _, words = facility.partition("?")
            assert target.status(request(f"/ws/{path}?{words}&subscribe-broadcast")) in {101, 400}
    assert target.publisher.pubsub_numpat() == before


def test_a_thousand_words_are_no_thousand_channels(target: Target) -> None:
    """A8."""
    words = "&".join(f"subscribe-broadcast&w{number}" for number in range(200))
    with target.attacked():
        for _ in range(100):
            assert target.status(request(f"/ws/sky?{words}")) == 101


def test_the_right_request_is_let_in(target: Target) -> None:
    """Else none of the above would say anything."""
    assert set(HEADERS) >= {"Host", "Sec-WebSocket-Key"}
    assert target.status(RIGHT) == 101
