"""From a request's head to what is wanted, and from what there is to say to an answer. Pure.

Three addresses are known: `/healthz`, `/readyz` and `/metrics`. GET and HEAD only; a connection carries one request.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from ws.health.standing import Standing

HEAD_BYTES_AT_MOST = 8192

Topic = Literal["healthz", "readyz", "metrics"]
TOPICS: dict[str, Topic] = {"/healthz": "healthz", "/readyz": "readyz", "/metrics": "metrics"}

TEXT = "text/plain; charset=utf-8"
METRICS = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus' text format, which every version of it reads."""


@dataclass(frozen=True, slots=True)
class Page:
    """An answer."""

    status: HTTPStatus
    body: bytes
    kind: str = TEXT
    is_head: bool = False
    """Its length is told, and its body is left out."""

    def encode(self) -> bytes:
        """As HTTP/1.1, to be followed by the connection's end."""
        lines = [
            f"HTTP/1.1 {self.status.value} {self.status.phrase}",
            f"Content-Type: {self.kind}",
            f"Content-Length: {len(self.body)}",
            "Cache-Control: no-store",
            *(["Allow: GET, HEAD"] if self.status is HTTPStatus.METHOD_NOT_ALLOWED else []),
            "Connection: close",
        ]
        head = "\r\n".join([*lines, "", ""]).encode()
        return head if self.is_head else head + self.body


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request asks for."""

    topic: Topic
    is_head: bool


def wanted(head: bytes) -> Wanted | Page:
    """What this request asks for; or the answer that says why not."""
    words = head.partition(b"\r\n")[0].split(b" ")
    if len(words) != 3 or not words[2].startswith(b"HTTP/1."):
        return Page(HTTPStatus.BAD_REQUEST, b"This is no request of HTTP/1.1.\n")
    method, target = words[0], words[1].partition(b"?")[0].decode("latin-1")
    topic, is_head = TOPICS.get(target), method == b"HEAD"
    if topic is None:
        known = ", ".join(TOPICS)
        return Page(HTTPStatus.NOT_FOUND, f"There are {known}.\n".encode(), is_head=is_head)
    if method not in {b"GET", b"HEAD"}:
        return Page(HTTPStatus.METHOD_NOT_ALLOWED, b"GET and HEAD only.\n")
    return Wanted(topic, is_head)


def page_of(standing: Standing, want: Wanted) -> Page:
    """200 and `ok`, or 503 and a reason a line. Who is not alive is not ready."""
    reasons = standing.unhealthy if want.topic == "healthz" else (*standing.unhealthy, *standing.unready)
    status = HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK
    return Page(status, "".join(f"{reason}\n" for reason in reasons or ("ok",)).encode(), is_head=want.is_head)
