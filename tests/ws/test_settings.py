"""ws4redis's settings by their names, with its defaults."""

import pytest
from pytest_django import Settings

from ws.settings import WS4REDIS_DEFAULT_CONNECTION, WS_DEFAULTS, load

WS4REDIS_NAMES = ["WEBSOCKET_URL", "WS4REDIS_CONNECTION", "WS4REDIS_PREFIX", "WS4REDIS_EXPIRE", "WS4REDIS_HEARTBEAT"]


@pytest.fixture
def unset(settings: Settings) -> Settings:
    """A site that says nothing of ours."""
    for name in [*WS4REDIS_NAMES, "WS"]:
        delattr(settings, name)
    return settings


def test_a_site_that_says_nothing_gets_ws4redis_defaults(unset: Settings) -> None:  # noqa: ARG001
    """Compatibility S1, S2, S4, S5, S7."""
    loaded = load()
    assert loaded.websocket_url == "/ws/"
    assert loaded.connection == WS4REDIS_DEFAULT_CONNECTION
    assert (loaded.prefix, loaded.expire_seconds, loaded.heartbeat) == (None, 3600, None)


def test_a_site_that_says_nothing_gets_our_defaults(unset: Settings) -> None:  # noqa: ARG001
    loaded = load()
    assert loaded.allowed_origins is None
    assert (loaded.trusted_proxies, loaded.max_clients, loaded.max_clients_per_address) == ((), None, 1000)
    assert (loaded.max_message_bytes, loaded.max_unsent_bytes) == (64 * 1024, 4 * 1024 * 1024)
    assert (loaded.handshake_seconds, loaded.drain_seconds, loaded.ticket_seconds) == (10.0, 2.0, 30)


def test_rodans_settings_are_read_by_their_names(unset: Settings) -> None:
    """Compatibility S1, S4, S5, S7."""
    unset.WEBSOCKET_URL = "/live/"
    unset.WS4REDIS_PREFIX, unset.WS4REDIS_EXPIRE, unset.WS4REDIS_HEARTBEAT = "rodan", 60, "--heartbeat--"
    loaded = load()
    assert (loaded.websocket_url, loaded.prefix) == ("/live/", "rodan")
    assert (loaded.expire_seconds, loaded.heartbeat) == (60, "--heartbeat--")


def test_a_connection_replaces_the_default_as_a_whole(unset: Settings) -> None:
    """Compatibility S2."""
    unset.WS4REDIS_CONNECTION = {"unix_socket_path": "/run/redis.sock"}
    assert load().connection == {"unix_socket_path": "/run/redis.sock"}


@pytest.mark.parametrize(("said", "meant"), [(None, 0), (0, 0), (-1, -1), (60, 60)])
def test_no_expire_time_means_not_kept(unset: Settings, said: int | None, meant: int) -> None:
    """Compatibility S5, S6."""
    unset.WS4REDIS_EXPIRE = said
    assert load().expire_seconds == meant


def test_an_empty_heartbeat_is_none(unset: Settings) -> None:
    """Compatibility S7."""
    unset.WS4REDIS_HEARTBEAT = ""
    assert load().heartbeat is None


def test_one_key_of_ws_leaves_the_other_defaults(unset: Settings) -> None:
    unset.WS = {"MAX_MESSAGE_BYTES": 10}
    assert (load().max_message_bytes, load().drain_seconds) == (10, WS_DEFAULTS["DRAIN_SECONDS"])
