"""Who is measured: how each is started, what its clients ask for, and how messages reach it."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stress.gateway.messages import FACILITY
from stress.gateway.publishers import GroupPublisher, Publishing, RedisPublisher, SocketPublisher
from stress.gateway.reception import KEY


@dataclass(frozen=True, slots=True)
class Peer:
    """One server."""

    name: str
    words: Sequence[str]
    """Of its command; {host}, {port} and {folder} stand for what it is given."""
    publishing: Publishing
    knows_users: bool = True
    part: int = 1
    """It gets only this part of the messages, where all of them would take it minutes."""

    @property
    def slug(self) -> str:
        """For file names."""
        return "".join(letter if letter.isalnum() else "-" for letter in self.name)

    def command(self, host: str, port: int, folder: Path) -> list[str]:
        return [word.format(host=host, port=port, folder=folder) for word in self.words]

    def request(self, query: str = "subscribe-broadcast", cookie: str | None = None) -> bytes:
        """What its client sends first."""
        lines = [
            f"GET /ws/{FACILITY}?{query} HTTP/1.1",
            "Host: 127.0.0.1",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {KEY.decode()}",
            "Sec-WebSocket-Version: 13",
            *([] if cookie is None else [f"Cookie: {cookie}"]),
        ]
        return "\r\n".join([*lines, "", ""]).encode()


def _python(*words: str) -> Sequence[str]:
    return [sys.executable, *words]


def _uvicorn(application: str) -> Sequence[str]:
    """Its fastest parts; without a log line for each request, and without compression."""
    parts = ["--loop", "uvloop", "--http", "httptools", "--ws", "websockets-sansio"]
    quiet = ["--log-level", "warning", "--no-access-log", "--ws-per-message-deflate", "false"]
    return _python("-m", "uvicorn", "--host", "{host}", "--port", "{port}", *parts, *quiet, application)


def _daphne(application: str) -> Sequence[str]:
    return _python("-m", "daphne", "--bind", "{host}", "--port", "{port}", "--verbosity", "0", application)


CHANNELS_UVICORN, CHANNELS_LEAN, MICRO = "Channels, uvicorn", "lean Channels, uvicorn", "µWebSockets"
SEND, NAGLE = "bare send", "bare send, Nagle"
BARE = ("-m", "stress.gateway.peers.send", "{host}", "{port}")
OURS, CHANNELS = "ws.asgi:application", "stress.gateway.peers.channels_application:application"
LEAN = "stress.gateway.peers.channels_lean:application"
LINEUP: Sequence[Peer] = (
    Peer("rungateway", _python("manage.py", "rungateway", "--bind", "{host}:{port}"), RedisPublisher),
    Peer("ws.asgi, uvicorn", _uvicorn(OURS), RedisPublisher, part=5),
    Peer("ws.asgi, Daphne", _daphne(OURS), RedisPublisher, part=5),
    Peer(
        "ws4redis, uWSGI",
        _python("-m", "stress.gateway.peers.ws4redis", "{host}", "{port}", "{folder}"),
        RedisPublisher,
        part=5,
    ),
    Peer(CHANNELS_UVICORN, _uvicorn(CHANNELS), GroupPublisher, part=10),
    Peer(CHANNELS_LEAN, _uvicorn(LEAN), GroupPublisher, part=10),
    Peer("Channels, Daphne", _daphne(CHANNELS), GroupPublisher, part=10),
    Peer(MICRO, _python("-m", "stress.gateway.peers.micro", "{host}", "{port}"), SocketPublisher, knows_users=False),
    Peer(SEND, _python(*BARE), RedisPublisher, knows_users=False),
    Peer(NAGLE, _python(*BARE, "nagle"), RedisPublisher, knows_users=False),
)
