"""The head of a usual request for a WebSocket, read at once. Pure. Source: RFC 9112, sections 3 and 5; RFC 6455, 4.2.

A crowd that reconnects is let in as fast as heads are read, and `websockets` reads and judges them line by line. What
is not usual is left to it, and so is saying what is wrong.
"""

import re

from websockets.datastructures import Headers
from websockets.http11 import MAX_NUM_HEADERS, Request
from websockets.utils import accept_key

_HEAD = re.compile(
    rb"GET ([\x21-\x7e]+) HTTP/1\.1\r\n((?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*)\r\n"
)
_BODY = ("Transfer-Encoding", "Content-Length")
_CONNECTION = re.compile(r"(?:[a-z-]+, )*upgrade(?:, [a-z-]+)*", re.IGNORECASE)
_KEY = re.compile(r"[A-Za-z0-9+/]{22}==")


def usual_request(head: bytes) -> Request | None:
    """None: it is for somebody else to judge."""
    found = _HEAD.fullmatch(head)
    if found is None:
        return None
    path, fields = found.groups()
    headers, lines = Headers(), fields.decode("iso-8859-1").split("\r\n")[:-1]
    if len(lines) > MAX_NUM_HEADERS:
        return None
    for line in lines:
        name, _, value = line.partition(":")
        headers[name] = value.strip(" \t")
    return None if any(name in headers for name in _BODY) else Request(path.decode("ascii"), headers)


def usual_answer(headers: Headers) -> bytes | None:
    """The bytes that say 101. None: it is for somebody else to judge."""
    names = ("Upgrade", "Connection", "Sec-WebSocket-Version", "Sec-WebSocket-Key")
    values = [headers.get_all(name) for name in names]
    is_odd = "Sec-WebSocket-Protocol" in headers or len(headers.get_all("Origin")) > 1
    if is_odd or any(len(of_name) != 1 for of_name in values):
        return None
    upgrade, connection, version, key = (of_name[0] for of_name in values)
    is_usual = upgrade.lower() == "websocket" and _CONNECTION.fullmatch(connection) and version == "13"
    if not (is_usual and _KEY.fullmatch(key)):
        return None
    lines = ("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade")
    return "\r\n".join([*lines, f"Sec-WebSocket-Accept: {accept_key(key)}", "", ""]).encode()
