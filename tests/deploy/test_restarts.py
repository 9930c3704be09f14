"""What a gateway's restart is, seen through each proxy."""

from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import pytest
from websockets.exceptions import ConnectionClosed

from project.development.programs import free_port
from tests.deploy.conftest import MakeProxy, running_gateway
from tests.deploy.proxies import Place, RunningProxy
from tests.deploy.visitors import ANSWER_SECONDS, HEARTBEAT, browser, following, got, next_text, refused

TIMES = 6
"""Each of a proxy's processes has a memory of its own."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Through each proxy, by its name."""

    closed: dict[str, int] = field(default_factory=dict)
    """The close code when the gateway ended."""
    refused: dict[str, set[int]] = field(default_factory=dict)
    """The statuses of handshakes while there was none."""
    page: dict[str, int] = field(default_factory=dict)
    """The status of a page of the site's meanwhile."""
    again: dict[str, set[str | bytes]] = field(default_factory=dict)
    """What came first to clients once it was back."""


@pytest.fixture(scope="module")
def seen(present: list[str], make_proxy: MakeProxy, variables: dict[str, str], place: Place) -> Seen:
    """One gateway ends and comes back behind all proxies, with the reference site's settings, which name no proxy."""
    own_settings = {**variables, "DJANGO_SETTINGS_MODULE": "project.settings"}
    address = f"127.0.0.1:{free_port()}"
    proxies = {name: make_proxy(name, replace(place, gateway=address)) for name in present}
    made = Seen()
    with running_gateway(own_settings, address) as (_, gateway), ExitStack() as connected:
        clients = {name: connected.enter_context(following(proxy, "sky")) for name, proxy in proxies.items()}
        assert gateway.stop() == 0, gateway.output
        for name, client in clients.items():
            with pytest.raises(ConnectionClosed) as raised:
                next_text(client)
            made.closed[name] = raised.value.rcvd.code if raised.value.rcvd else 0
    _look_without(proxies, made)
    with running_gateway(own_settings, address):
        for name, proxy in proxies.items():
            made.again[name] = {_first_word(proxy) for _ in range(TIMES)}
    return made


def _first_word(proxy: RunningProxy) -> str | bytes:
    with browser(proxy, "/ws/sky") as client:
        return client.recv(ANSWER_SECONDS)


def _look_without(proxies: dict[str, RunningProxy], made: Seen) -> None:
    for name, proxy in proxies.items():
        made.refused[name] = {refused(proxy, "/ws/sky")[0] for _ in range(TIMES)}
        made.page[name] = got(proxy, "/who")[0]


def test_clients_are_told_to_reconnect(seen: Seen, name: str) -> None:
    assert seen.closed[name] == 1012


def test_a_handshake_is_refused_while_no_gateway_runs(seen: Seen, name: str) -> None:
    assert seen.refused[name] in ({502}, {503})


def test_pages_come_while_no_gateway_runs(seen: Seen, name: str) -> None:
    assert seen.page[name] == 200


def test_a_client_is_let_in_as_soon_as_the_gateway_is_back(seen: Seen, name: str) -> None:
    assert seen.again[name] == {HEARTBEAT}
