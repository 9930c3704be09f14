"""Who comes through a proxy: browsers and programs, on an address of their own in 127.0.0.0/8."""

import json
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from http.client import HTTPConnection, HTTPSConnection
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.deploy.proxies import RunningProxy

ANSWER_SECONDS = 15.0
HEARTBEAT = "--heartbeat--"
OWN_ADDRESS = "127.0.0.7"
"""Neither the proxy's nor the gateway's."""


def browser(
    proxy: RunningProxy, target: str, origin: str | None = None, **headers: str
) -> AbstractContextManager[ClientConnection]:
    """A page's WebSocket, of the proxy's own origin unless another one is named, without pings. Enter it to connect."""
    return connect(
        proxy.origin.replace("http", "ws", 1) + target,
        origin=Origin(origin or proxy.origin),
        additional_headers={name.replace("_", "-"): value for name, value in headers.items()},
        ssl=_trusting(proxy),
        proxy=None,
        open_timeout=ANSWER_SECONDS,
        ping_interval=None,
        address=("127.0.0.1", proxy.port),
        source_address=(OWN_ADDRESS, 0),
    )


@contextmanager
def following(proxy: RunningProxy, facility: str) -> Iterator[ClientConnection]:
    """After its first heartbeat: what is published from here on reaches it."""
    with browser(proxy, f"/ws/{facility}?subscribe-broadcast") as client:
        assert client.recv(ANSWER_SECONDS) == HEARTBEAT
        yield client


def next_text(client: ClientConnection) -> str | bytes:
    """What comes next but heartbeats, which come after 4 s without anything else."""
    while (text := client.recv(ANSWER_SECONDS)) == HEARTBEAT:
        pass
    return text


def refused(proxy: RunningProxy, target: str, origin: str | None = None, **headers: str) -> tuple[int, str]:
    """Status and text of a handshake's refusal."""
    with pytest.raises(InvalidStatus) as raised, browser(proxy, target, origin, **headers):
        pass
    return raised.value.response.status_code, bytes(raised.value.response.body or b"").decode()


def got(proxy: RunningProxy, target: str, **headers: str) -> tuple[int, str]:
    """Status and text of a page."""
    own = (OWN_ADDRESS, 0)
    made = HTTPConnection("localhost", proxy.port, timeout=ANSWER_SECONDS, source_address=own)
    if context := _trusting(proxy):
        made = HTTPSConnection("localhost", proxy.port, timeout=ANSWER_SECONDS, source_address=own, context=context)
    with closing(made) as connection:
        connection.request("GET", target, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def known_to_gateway(proxy: RunningProxy, **headers: str) -> dict[str, Any]:
    """What the gateway knows of who asks."""
    status, text = refused(proxy, "/ws/who?subscribe-broadcast", **headers)
    assert status == 403
    known: dict[str, Any] = json.loads(text)
    return known


def known_to_site(proxy: RunningProxy, **headers: str) -> dict[str, Any]:
    """What the site knows of who asks."""
    known: dict[str, Any] = json.loads(got(proxy, "/who", **headers)[1])
    return known


def _trusting(proxy: RunningProxy) -> ssl.SSLContext | None:
    return ssl.create_default_context(cafile=proxy.certificate) if proxy.certificate else None
