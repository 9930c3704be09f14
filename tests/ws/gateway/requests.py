"""Requests for a WebSocket: a right one, and what breaks it."""

from collections.abc import Mapping, Sequence

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
HEADERS = {
    "Host": "127.0.0.1:8001",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
}


def request(
    target: str = "/ws/rodan?subscribe-broadcast",
    *,
    line: str | None = None,
    extra: Sequence[tuple[str, str]] = (),
    changes: Mapping[str, str | None] | None = None,
) -> bytes:
    """A request's head, right but for what is named; a change to None leaves the header out."""
    headers = [*{**HEADERS, **(changes or {})}.items(), *extra]
    lines = [line or f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers if value is not None)]
    return "\r\n".join([*lines, "", ""]).encode("iso-8859-1")
