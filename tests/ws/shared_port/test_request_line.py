"""Whom a connection's first bytes are for, however few of them have come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ws.shared_port.request_line import Addressee, addressee, bytes_to_decide

GATEWAY, SITE = Addressee.GATEWAY, Addressee.SITE


@pytest.mark.parametrize(
    ("line", "whom"),
    [
        (b"GET /ws/rodan?subscribe-broadcast HTTP/1.1\r\n", GATEWAY),
        (b"GET /ws/ HTTP/1.1\r\n", GATEWAY),
        (b"POST /ws/rodan HTTP/1.1\r\n", GATEWAY),
        (b"GET / HTTP/1.1\r\n", SITE),
        (b"GET /ws HTTP/1.1\r\n", SITE),
        (b"GET /wsx/ HTTP/1.1\r\n", SITE),
        (b"GET /static/ws/rowcast.js HTTP/1.1\r\n", SITE),
        (b"GET http://example.org/ws/ HTTP/1.1\r\n", SITE),
        (b"GET /%77s/ HTTP/1.1\r\n", SITE),
        (b"GET  /ws/ HTTP/1.1\r\n", SITE),
        (b"get /ws/ HTTP/1.1\r\n", SITE),
        (b"\r\nGET /ws/ HTTP/1.1\r\n", SITE),
        (b"GET", None),
        (b"GET /w", None),
        (b"", None),
        (b"\x16\x03\x01\x02\x00", SITE),
        (b"A" * 21, SITE),
        (b" /ws/", GATEWAY),
    ],
)
def test_paths_below_the_prefix_are_the_gateways(line: bytes, whom: Addressee | None) -> None:
    assert addressee(line, "/ws/") is whom


def test_another_prefix_decides_otherwise() -> None:
    assert addressee(b"GET /live/x HTTP/1.1\r\n", "/live/") is GATEWAY
    assert addressee(b"GET /ws/x HTTP/1.1\r\n", "/live/") is SITE


@given(st.one_of(st.binary(), st.from_regex(rb"\A[A-Z]{0,22} ?/(ws/|w)?.{0,9}")))
def test_more_bytes_never_change_a_decision(line: bytes) -> None:
    decisions = [addressee(line[:length], "/ws/") for length in range(len(line) + 1)]
    made = [decision for decision in decisions if decision is not None]
    assert decisions[len(decisions) - len(made) :] == made
    assert len(set(made)) <= 1


@given(
    st.one_of(st.binary(min_size=40), st.from_regex(rb"\A[A-Z]{0,22} ?/(ws/|w)?.{40}")), st.sampled_from(["/ws/", "/"])
)
def test_with_so_many_bytes_there_is_a_decision(line: bytes, url: str) -> None:
    assert addressee(line[: bytes_to_decide(url)], url) is not None
