"""Who is measured: how each is started, what its clients ask for, and how messages reach it."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stress.gateway.messages import FACILITY
from stress.gateway.publishers import Publishing, RedisPublisher
from stress.gateway.reception import KEY


@dataclass(frozen=True, slots=True)
class Peer:
    """One server."""

    name: str
    words: Sequence[str]
    """Of its command; {host} and {port} stand for the address."""
    publishing: Publishing
    path: str = f"/ws/{FACILITY}"
    environment: Mapping[str, str] = field(default_factory=dict)
    is_ours: bool = False

    @property
    def slug(self) -> str:
        """For file names."""
        return "".join(letter if letter.isalnum() else "-" for letter in self.name)

    def command(self, host: str, port: int) -> list[str]:
        return [word.format(host=host, port=port) for word in self.words]

    def request(self, query: str = "subscribe-broadcast", cookie: str | None = None) -> bytes:
        """What its client sends first."""
        lines = [
            f"GET {self.path}?{query} HTTP/1.1",
            "Host: 127.0.0.1",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {KEY.decode()}",
            "Sec-WebSocket-Version: 13",
            *([] if cookie is None else [f"Cookie: {cookie}"]),
        ]
        return "\r\n".join([*lines, "", ""]).encode()


RUNGATEWAY = Peer(
    "rungateway",
    [sys.executable, "manage.py", "rungateway", "--bind", "{host}:{port}"],
    RedisPublisher,
    is_ours=True,
)
LINEUP: Sequence[Peer] = (RUNGATEWAY,)
