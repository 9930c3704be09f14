"""A WebSocket that is silent but for heartbeats outlives each proxy's timeout; one that is wholly silent does not."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import ClientConnection

from tests.deploy.conftest import MakeProxy, running_gateway
from tests.deploy.proxies import KINDS, Place
from tests.deploy.visitors import ANSWER_SECONDS, HEARTBEAT, browser

LONGER_THAN_A_HEARTBEAT, SHORT = 11, 4

Clients = dict[str, ClientConnection]


@pytest.fixture(scope="module")
def with_heartbeats(present: list[str], make_proxy: MakeProxy, place: Place) -> Iterator[Clients]:
    """One through each proxy, which wait at the same time."""
    place = replace(place, seconds=LONGER_THAN_A_HEARTBEAT)
    with ExitStack() as connected:
        yield {name: connected.enter_context(browser(make_proxy(name, place), "/ws/sky")) for name in present}


@pytest.fixture(scope="module")
def without_heartbeats(
    present: list[str], make_proxy: MakeProxy, variables: dict[str, str], place: Place
) -> Iterator[Clients]:
    """One through each proxy, before a gateway that sends none."""
    silent = {**variables, "DJANGO_SETTINGS_MODULE": "tests.deploy.silent_settings"}
    with running_gateway(silent) as (address, _), ExitStack() as connected:
        place = replace(place, gateway=address, seconds=SHORT)
        yield {name: connected.enter_context(browser(make_proxy(name, place), "/ws/sky")) for name in present}


def test_heartbeats_keep_a_connection(with_heartbeats: Clients, name: str) -> None:
    """The fourth one comes 12 s after the first. Each may be late by 7 s, as on a busy machine."""
    assert [with_heartbeats[name].recv(ANSWER_SECONDS) for _ in range(4)] == [HEARTBEAT] * 4


def test_a_wholly_silent_connection_ends(without_heartbeats: Clients, name: str) -> None:
    """But for old Apaches, which know of no timeout here."""
    client = without_heartbeats[name]
    if KINDS[name].looks_inside:
        with pytest.raises(ConnectionClosedError):
            client.recv(ANSWER_SECONDS)
    else:
        assert client.ping().wait(ANSWER_SECONDS)
