"""What the gateway may say to a client: an answer, then frames, then an end. Pure.

In: all that one connection received. Out: in a word how far it came, or an assertion that fails.
"""

from tests.fuzz.frames import BINARY, CLOSE, FIN, PING, PONG, TEXT

STATUSES = {101, 400, 403, 404, 426, 429, 431}
CODES = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 4401, 4403, 4408}
CHOSEN = range(3000, 5000)
"""By clients, and echoed."""
END_OF_HEAD = b"\r\n\r\n"


def judge(heard: bytes) -> str:
    """Of one connection, from its first byte; it may end anywhere. A status, a close code, or `open`."""
    head, separator, rest = heard.partition(END_OF_HEAD)
    if not separator:
        assert b"HTTP/1.1 ".startswith(head[:9]), head[:100]
        return "no answer"
    assert head.startswith(b"HTTP/1.1 "), head[:100]
    status = int(head[9:12])
    assert status in STATUSES, head
    return _frames(rest) if status == 101 else str(status)


def _frames(heard: bytes) -> str:
    """After a Close nothing but answers to pings may come (RFC 6455, sections 5.5.1 and 5.5.2)."""
    at, ending = 0, "open"
    while len(heard) - at >= 2:
        first, size = heard[at], heard[at + 1]
        assert size < 0x80, "a server's frame is not masked"
        longer = {126: 2, 127: 8}.get(size, 0)
        at += 2
        if longer:
            size = int.from_bytes(heard[at : at + longer].ljust(longer, b"\0"))
            at += longer
        payload = heard[at : at + size]
        if len(payload) < size:
            break
        at += size
        _frame(first, payload)
        assert ending == "open" or first == FIN | PONG, "after a Close only pongs may come"
        if first == FIN | CLOSE:
            ending = f"closed {int.from_bytes(payload[:2])}"
    return ending


def _frame(first: int, payload: bytes) -> None:
    assert first in {FIN | TEXT, FIN | BINARY, FIN | PING, FIN | PONG, FIN | CLOSE}, hex(first)
    if first == FIN | TEXT:
        payload.decode()
    if first == FIN | CLOSE and payload:
        code = int.from_bytes(payload[:2])
        assert code in CODES or code in CHOSEN, code
        payload[2:].decode()
