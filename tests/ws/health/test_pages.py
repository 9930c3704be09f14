"""What is asked and what is answered, without a server."""

import pytest

from ws.health.pages import Page, Wanted, page_of, wanted
from ws.health.standing import Standing


def status(head: bytes) -> int:
    answer = wanted(head)
    assert isinstance(answer, Page)
    return answer.status.value


@pytest.mark.parametrize("topic", ["healthz", "readyz", "metrics"])
def test_three_addresses_are_known(topic: str) -> None:
    assert wanted(f"GET /{topic}?any HTTP/1.1\r\nHost: x\r\n\r\n".encode()) == Wanted(topic, is_head=False)  # type: ignore[arg-type]


def test_head_is_known() -> None:
    assert wanted(b"HEAD /healthz HTTP/1.0\r\n\r\n") == Wanted("healthz", is_head=True)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"GET / HTTP/1.1", 404),
        (b"GET /metrics/ HTTP/1.1", 404),
        (b"POST /nothing HTTP/1.1", 404),
        (b"POST /metrics HTTP/1.1", 405),
        (b"OPTIONS /healthz HTTP/1.1", 405),
        (b"GET /healthz", 400),
        (b"\xff\x00", 400),
        (b"GET /healthz HTTP/2.0", 400),
    ],
)
def test_anything_else_is_refused(line: bytes, expected: int) -> None:
    assert status(line + b"\r\n\r\n") == expected


def test_no_reason_is_ok() -> None:
    page = page_of(Standing(), Wanted("readyz", is_head=False))
    assert (page.status, page.body) == (200, b"ok\n")


def test_who_is_not_ready_is_alive() -> None:
    standing = Standing(unready=("Redis is lost",))
    assert page_of(standing, Wanted("healthz", is_head=False)).status == 200
    page = page_of(standing, Wanted("readyz", is_head=False))
    assert (page.status, page.body) == (503, b"Redis is lost\n")


def test_who_does_not_move_is_neither_alive_nor_ready() -> None:
    standing = Standing(("the loop has not moved for 11 s",), ("Redis is lost",))
    assert page_of(standing, Wanted("healthz", is_head=False)).body == b"the loop has not moved for 11 s\n"
    assert page_of(standing, Wanted("readyz", is_head=False)).body.count(b"\n") == 2


def test_a_head_has_the_length_and_not_the_body() -> None:
    asked, told = (page_of(Standing(), Wanted("healthz", is_head=is_head)).encode() for is_head in (True, False))
    assert told == asked + b"ok\n"
    assert b"\r\nContent-Length: 3\r\n" in asked


def test_who_asks_by_another_method_is_told_which_there_are() -> None:
    answer = wanted(b"PUT /readyz HTTP/1.1\r\n\r\n")
    assert isinstance(answer, Page)
    assert b"\r\nAllow: GET, HEAD\r\n" in answer.encode()
