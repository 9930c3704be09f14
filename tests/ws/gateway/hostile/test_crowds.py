"""PITFALLS A10: very many connections, of one address and of many."""

from collections import Counter
from contextlib import ExitStack

from tests.ws.gateway.hostile.target import Target
from tests.ws.gateway.requests import request
from tests.ws.observed import wait_until

SETTINGS = {"WS": {"TRUSTED_PROXIES": ["127.0.0.1"], "MAX_CLIENTS": 200, "MAX_CLIENTS_PER_ADDRESS": 50}}


def of(address: str) -> bytes:
    """A request as a proxy passes it on."""
    return request("/ws/sky?subscribe-broadcast", extra=[("X-Forwarded-For", f"192.0.2.66, {address}")])


def answers(target: Target, addresses: list[str], cleanup: ExitStack) -> Counter[int]:
    """Of connections that stay."""
    found = Counter[int]()
    for address in addresses:
        client = cleanup.enter_context(target.connect())
        client.send(of(address))
        found[client.status()] += 1
    return found


def test_a_thousand_connections_of_one_address_leave_room_for_others(target: Target) -> None:
    """A10: the forwarded address counts, whatever it says that it forwards itself."""
    with target.attacked(), ExitStack() as cleanup:
        assert answers(target, ["192.0.2.7"] * 1000, cleanup) == {101: 50, 429: 950}
        assert target.status(of("192.0.2.8")) == 101
    wait_until(lambda: target.status(of("192.0.2.7")) == 101)


def test_one_network_of_ipv6_is_one_address(target: Target) -> None:
    """A10."""
    with target.attacked(), ExitStack() as cleanup:
        addresses = [f"2001:db8::{number:x}" for number in range(1, 100)]
        assert answers(target, addresses, cleanup) == {101: 50, 429: 49}


def test_two_thousand_of_as_many_addresses_do_not_push_out_who_is_in(target: Target) -> None:
    """A10: in all."""
    addresses = [f"198.51.{number // 250}.{number % 250}" for number in range(2000)]
    with target.attacked(), ExitStack() as cleanup:
        assert answers(target, addresses, cleanup) == {101: 199, 503: 1801}
    wait_until(lambda: target.status(of("192.0.2.7")) == 101)


def test_a_silent_crowd_is_counted(target: Target) -> None:
    """A10: before it has said a word."""
    with target.attacked(), ExitStack() as cleanup:
        for _ in range(199):
            cleanup.enter_context(target.connect())
        assert target.status(of("192.0.2.7")) == 503
    wait_until(lambda: target.status(of("192.0.2.7")) == 101)


def test_names_of_addresses_that_have_left_are_forgotten(target: Target) -> None:
    """A10."""
    with target.attacked(8.0):
        for number in range(1000):
            assert target.status(of(f"10.{number // 250}.{number % 250}.1")) in {101, 503}
