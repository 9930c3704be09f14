"""PITFALLS A1: a page from elsewhere that uses its visitor's cookie."""

import pytest

from tests.ws.gateway.hostile.target import Target
from tests.ws.gateway.requests import request

HOSTS = {"Host": "127.0.0.1:8001", "Cookie": "sessionid=0123456789abcdef0123456789abcdef"}
FOREIGN = [
    *("https://evil.test", "null", "", "file://", "http://127.0.0.1.evil.test", "http://127.0.0.1.evil.test:8001"),
    *(
        "http://127.0.0.1:8002",
        "http://127.0.0.1",
        "http://evil.test#127.0.0.1:8001",
        "http://127.0.0.1:8001@evil.test",
    ),
    *("http://evil.test/127.0.0.1:8001", "http://127.0.0.1:8001.evil.test", "ws://127.0.0.1:8001", "http://[::1]:8001"),
    *("http://evil.test, http://127.0.0.1:8001", "chrome-extension://127.0.0.1:8001", "http://", "a" * 4000),
]


def of_page(origin: str | None) -> bytes:
    return request("/ws/sky?subscribe-broadcast", changes={**HOSTS, "Origin": origin})


def test_pages_from_elsewhere_are_403_and_do_no_harm(target: Target) -> None:
    with target.attacked():
        for origin in FOREIGN * 20:
            assert target.status(of_page(origin)) == 403, origin


def test_two_origins_are_403(target: Target) -> None:
    extra = [("Origin", "http://127.0.0.1:8001"), ("Origin", "https://evil.test")]
    assert target.status(request("/ws/sky", extra=extra)) == 403


@pytest.mark.parametrize("origin", [None, "http://127.0.0.1:8001"])
def test_programs_and_pages_of_this_site_come_in(target: Target, origin: str | None) -> None:
    assert target.status(request("/ws/sky", changes={"Origin": origin})) == 101
