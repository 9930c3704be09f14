"""Requests for a WebSocket, right and wrong, as bytes. Pure: chance is an argument."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from urllib.parse import quote, quote_plus

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
HOST = "127.0.0.1:8001"
URL = "/ws/"
FACILITIES = ("quiet", "loud", "", "a/b", "a:b", "Größe", "x" * 200)
NO_FACILITIES = ("*", "[a-z]", "a?b", "\0", "\r\n", "..", "a/../b", "x" * 201, "x" * 4000, "\x85", "%", "\ud800")
VERBS, AUDIENCES = ("subscribe", "publish"), (*["broadcast"] * 4, "group", "user", "session")
OTHER_WORDS = (
    "echo",
    "since",
    "since=0",
    "since=9" * 30,
    "ticket",
    "ticket=",
    "ticket=a.b",
    "x=1",
    "%ff",
    "+",
    "=",
    "é",
)
ORIGINS = (
    *(
        "null",
        "",
        "http://127.0.0.1:8001",
        "https://127.0.0.1:8001",
        "http://127.0.0.1.evil.test:8001",
        "http://[",
        "://",
    ),
    *("http://127.0.0.1", "HTTP://127.0.0.1:8001", "http://127.0.0.1:99999", "http://a\xa0b", "x" * 300),
)
FORWARDED = (
    "1.2.3.4",
    "1.2.3.4, 10.0.0.1",
    "::1",
    "[::1]:80",
    "unknown",
    "1.2.3.4:99999",
    ",",
    "fe80::1%eth0",
    "é",
    "1" * 200,
)
COOKIES = ("sessionid=abc; theme=dark", "a=b", "sessionid=", "=", ";;", "a=é")
VALUES = (
    *(
        "",
        "13",
        "8",
        "websocket",
        "WebSocket, h2c",
        "Upgrade",
        "keep-alive, Upgrade",
        KEY,
        "short",
        KEY + "x",
        "chunked",
    ),
    *(
        "0",
        "5",
        "-1",
        "https",
        "http, https",
        "evil.test",
        "a,b",
        "permessage-deflate",
        "permessage-deflate; x=y",
        '"',
        "é",
    ),
    *("\x85", "\x00", "\x7f", "\t", "a\r\n b", "x" * 9000, "sessionid=abc", "sessionid=\xff; a=b", "a" * 300),
)
NAMES = (
    *(
        "Host",
        "Upgrade",
        "Connection",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Version",
        "Sec-WebSocket-Protocol",
        "Origin",
    ),
    *(
        "Sec-WebSocket-Extensions",
        "Content-Length",
        "Transfer-Encoding",
        "Cookie",
        "X-Forwarded-For",
        "X-Forwarded-Host",
    ),
    *(
        "X-Forwarded-Proto",
        "X_Forwarded_For",
        "Expect",
        "Authorization",
        "X" * 300,
        "",
        "a b",
        "é",
        ":",
        "HOST",
        "hOsT",
    ),
)
LINES = (
    *("GET  {} HTTP/1.1", "get {} HTTP/1.1", "POST {} HTTP/1.1", "GET {} HTTP/1.0", "GET {} HTTP/2.0", "GET {}", "GET"),
    *(
        "GET http://127.0.0.1:8001{} HTTP/1.1",
        "GET {}#there HTTP/1.1",
        "\x16\x03\x01 {}",
        "GET {} HTTP/1.1 ",
        " GET {} HTTP/1.1",
    ),
)

SPOILT_AT_MOST = 3

Field = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What the site has given to somebody."""

    tickets: Sequence[str] = ()
    sessions: Sequence[str] = ()


NOTHING_KNOWN = Known()


def target(chance: Random, tickets: Sequence[str], wrong: float) -> str:
    """Path and query, quoted well or not at all."""
    facility = chance.choice(NO_FACILITIES if chance.random() < wrong else FACILITIES)
    words = [f"{verb}-{chance.choice(AUDIENCES)}" for verb in VERBS if chance.random() < 0.6]
    words += chance.choices(OTHER_WORDS, k=chance.choice((0, 0, 1, 3)))
    if tickets and chance.random() < 0.1:
        words.append(f"ticket={quote_plus(chance.choice(tickets))}")
    if chance.random() < wrong:
        words.append(_damaged(chance, "ticket=" + chance.choice([*tickets, "WyIxIl0.x"])))
    chance.shuffle(words)
    path = facility if chance.random() < wrong else quote(facility, errors="surrogatepass")
    url = chance.choice(("/", "/elsewhere/", "/ws", "//ws/", "")) if chance.random() < wrong else URL
    return f"{url}{path}?{chance.choice('&&&;?').join(words)}"


def head(chance: Random, known: Known = NOTHING_KNOWN, wrong: float = 0.2) -> bytes:
    """Each of its parts is wrong that often."""
    fields = [
        ("Host", HOST),
        ("Upgrade", chance.choice(("websocket", "WebSocket"))),
        ("Connection", chance.choice(("Upgrade", "keep-alive, Upgrade", "upgrade"))),
        ("Sec-WebSocket-Key", KEY),
        ("Sec-WebSocket-Version", "13"),
    ]
    if chance.random() < 0.3:
        fields.append(("Origin", chance.choice(ORIGINS) if chance.random() < wrong else f"http://{HOST}"))
    if chance.random() < 0.2:
        fields.append(("X-Forwarded-For", chance.choice(FORWARDED if chance.random() < wrong else FORWARDED[:3])))
    if chance.random() < 0.3:
        fields.append(
            ("Cookie", chance.choice(("sessionid=abc; theme=dark", "a=b", "sessionid=", "=", ";;", "a=\xc3\xa9")))
        )
    for _ in range(SPOILT_AT_MOST):
        if chance.random() < wrong:
            _spoil(chance, fields)
    line = chance.choice(LINES) if chance.random() < wrong / 2 else "GET {} HTTP/1.1"
    end = chance.choice(("\n", "\r", "\r\n\t", " \r\n")) if chance.random() < wrong / 4 else "\r\n"
    lines = [line.format(target(chance, known.tickets, wrong)), *(f"{name}: {value}" for name, value in fields), "", ""]
    whole = end.join(lines).encode(chance.choice(("utf-8", "utf-8", "iso-8859-1")), errors="replace")
    return _damaged_bytes(chance, whole) if chance.random() < wrong / 2 else whole


def _spoil(chance: Random, fields: list[Field]) -> None:
    """One of its fields is left out, changed, said twice, or one too many; or there are far too many."""
    at = chance.randrange(len(fields)) if fields else 0
    new = (chance.choice(NAMES), chance.choice(VALUES))
    ways: tuple[Callable[[], object], ...] = (
        lambda: fields.pop(at),
        lambda: fields.insert(at, fields[at]),
        lambda: fields.insert(at, new),
        lambda: fields.__setitem__(at, (fields[at][0], new[1])),
        lambda: fields.extend([new] * chance.choice((1, 2, 130, 300))),
    )
    if fields:
        chance.choice(ways)()
    else:
        fields.append(new)


def _damaged(chance: Random, text: str) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(("", "%00", "%", "%C3", "é", text[at] * 2, ".")) + text[at + 1 :]


def _damaged_bytes(chance: Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    put = chance.choice(
        (b"", b"\0", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\n\n", b"\x85", b":", b" ", chance.randbytes(3))
    )
    return data[:at] + put + data[at + chance.randrange(4) :]
