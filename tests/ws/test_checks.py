"""System checks: each mistake in the settings has an id, and names the culprit."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.checks import CheckMessage, Error
from django.core.management import CommandError, call_command, get_commands
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from redis.crc import key_slot

from ws.checks import HASH_TAG, LIMITS, check_redis, check_runserver, check_settings


def ids() -> list[str | None]:
    """Of what the checks say about the settings as they are."""
    return [message.id for message in check_settings(None)]


def only_message() -> CheckMessage:
    (message,) = check_settings(None)
    return message


def test_the_reference_site_is_without_fault() -> None:
    assert check_settings(None) == []


@pytest.mark.parametrize("url", ["", "ws", "/ws", "ws/", "https://example.org/ws/", "//example.org/ws"])
def test_a_url_without_a_slash_at_both_ends_is_e001(settings: Settings, url: str) -> None:
    settings.WEBSOCKET_URL = url
    assert ids() == ["ws.E001"]
    assert repr(url) in only_message().msg


@pytest.mark.parametrize("url", ["/", "/ws/", "/a/b/"])
def test_a_url_with_a_slash_at_both_ends_is_right(settings: Settings, url: str) -> None:
    settings.WEBSOCKET_URL = url
    assert ids() == []


@pytest.mark.parametrize("value", [0, -1, "1", True, 6, float("inf"), float("nan")])
def test_a_distance_of_canaries_that_is_none_is_e010(settings: Settings, value: object) -> None:
    settings.WS = {"CANARY_SECONDS": value}
    assert ids() == ["ws.E010"]
    assert repr(value) in only_message().msg


@pytest.mark.parametrize("value", [None, 1, 0.2, 5])
def test_a_distance_of_canaries_is_right(settings: Settings, value: object) -> None:
    settings.WS = {"CANARY_SECONDS": value}
    assert ids() == []


def test_canaries_without_a_change_log_are_e010(settings: Settings) -> None:
    settings.TRIGGERS = {**settings.TRIGGERS, "DELIVERY": "notify"}
    settings.WS = {"CANARY_SECONDS": 1}
    assert ids() == ["ws.E010"]


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("value", [0, -1, "30", None, True])
def test_a_limit_that_is_no_number_above_0_is_e008(settings: Settings, name: str, value: object) -> None:
    settings.WS = {name: value}
    assert ids() == ["ws.E008"]
    assert name in only_message().msg


def test_an_unknown_key_of_ws_is_e002_and_the_known_ones_are_told(settings: Settings) -> None:
    settings.WS = {"ALLOWED_ORIGIN": ["https://example.org"]}
    assert ids() == ["ws.E002"]
    assert "'ALLOWED_ORIGIN'" in only_message().msg
    assert "ALLOWED_ORIGINS" in (only_message().hint or "")


@pytest.mark.parametrize("name", ["WS4REDIS_ALLOWED_CHANNELS", "WS4REDIS_PROCESS_REQUEST", "WS4REDIS_SUBSCRIBER"])
def test_a_rule_that_cannot_be_imported_is_e004(settings: Settings, name: str) -> None:
    """Compatibility S11."""
    setattr(settings, name, "site.rules.allowed")
    assert ids() == ["ws.E004"]
    assert f"{name} is 'site.rules.allowed'" in only_message().msg


def test_origins_as_one_text_are_e003(settings: Settings) -> None:
    settings.WS = {"ALLOWED_ORIGINS": "https://example.org"}
    assert ids() == ["ws.E003"]
    assert "['https://example.org']" in (only_message().hint or "")


@pytest.mark.parametrize("origins", [None, [], ["https://example.org"], ("https://example.org",)])
def test_origins_as_a_list_or_none_are_right(settings: Settings, origins: object) -> None:
    settings.WS = {"ALLOWED_ORIGINS": origins}
    assert ids() == []


HOSTS = [("10.0.0.1", 26379), ["10.0.0.2", 26379]]
WRONG_HOSTS = [
    {"hosts": []},
    {"hosts": "10.0.0.1:26379"},
    {"hosts": ["10.0.0.1:26379"]},
    {"service": "main"},
    "main",
    1,
]


@pytest.mark.parametrize("sentinel", [True, {"hosts": HOSTS}, {"hosts": HOSTS, "service": ""}, *WRONG_HOSTS])
def test_a_sentinel_without_hosts_and_service_is_e005(settings: Settings, sentinel: object) -> None:
    settings.WS4REDIS_CONNECTION = {"sentinel": sentinel}
    (message,) = check_redis(None)
    assert message.id == "ws.E005"
    assert repr(sentinel) in message.msg


@pytest.mark.parametrize("cluster", WRONG_HOSTS)
def test_a_cluster_without_hosts_is_e005(settings: Settings, cluster: object) -> None:
    settings.WS4REDIS_CONNECTION, settings.WS4REDIS_PREFIX = {"cluster": cluster}, "{rodan}"
    assert [message.id for message in check_redis(None)] == ["ws.E005"]


def test_sentinel_and_cluster_at_once_are_e005(settings: Settings) -> None:
    sentinel = {"hosts": HOSTS, "service": "main"}
    settings.WS4REDIS_CONNECTION, settings.WS4REDIS_PREFIX = {"sentinel": sentinel, "cluster": True}, "{rodan}"
    assert [message.id for message in check_redis(None)] == ["ws.E005"]


@pytest.mark.parametrize("prefix", [None, "", "rodan", "{}", "{}rodan", "rodan}{", "{rodan"])
def test_a_prefix_without_a_hash_tag_on_a_cluster_is_e006(settings: Settings, prefix: str | None) -> None:
    settings.WS4REDIS_CONNECTION, settings.WS4REDIS_PREFIX = {"cluster": True}, prefix
    (message,) = check_redis(None)
    assert message.id == "ws.E006"
    assert f"'{{{prefix or 'rowcast'}}}'" in (message.hint or "")


@pytest.mark.parametrize("prefix", ["{rodan}", "site{1}", "{a}{b}"])
@pytest.mark.parametrize("cluster", [True, {"hosts": HOSTS}])
def test_a_prefix_with_a_hash_tag_is_right(settings: Settings, prefix: str, cluster: object) -> None:
    settings.WS4REDIS_CONNECTION, settings.WS4REDIS_PREFIX = {"cluster": cluster}, prefix
    assert check_redis(None) == []


@given(st.text("{}ab", max_size=8))
def test_a_hash_tag_is_what_keeps_keys_in_one_slot(prefix: str) -> None:
    slots = {key_slot(f"{prefix}:rowcast:{name}".encode()) for name in ["cursor", "head", "stream", "lease"]}
    assert bool(HASH_TAG.search(prefix)) == (len(slots) == 1)


@pytest.mark.parametrize("connection", [{}, {"cluster": False}, {"sentinel": {"hosts": HOSTS, "service": "main"}}])
def test_elsewhere_any_prefix_is_right(settings: Settings, connection: object) -> None:
    settings.WS4REDIS_CONNECTION, settings.WS4REDIS_PREFIX = connection, "rodan"
    assert check_redis(None) == []


@pytest.mark.parametrize("number", [0, -1, 1999, None, "10000", 10_000.0, True])
def test_a_stream_that_is_too_short_is_e007(settings: Settings, number: object) -> None:
    settings.WS = {"RESUME_MESSAGES": number}
    assert ids() == ["ws.E007"]
    assert repr(number) in only_message().msg


@pytest.mark.parametrize("number", [2000, 10_000, 1_000_000])
def test_a_stream_that_holds_what_is_appended_at_once_is_right(settings: Settings, number: int) -> None:
    settings.WS = {"RESUME_MESSAGES": number}
    assert ids() == []


@pytest.mark.parametrize("name", ["MAX_CLIENTS", "MAX_CLIENTS_PER_ADDRESS"])
@pytest.mark.parametrize("value", [0, -1, "100", 1.5, True])
def test_a_cap_that_is_no_whole_number_above_0_is_e008(settings: Settings, name: str, value: object) -> None:
    settings.WS = {name: value}
    assert ids() == ["ws.E008"]
    assert repr(value) in only_message().msg


@pytest.mark.parametrize("value", [None, 1, 100_000])
def test_a_cap_may_be_left_to_us(settings: Settings, value: int | None) -> None:
    settings.WS = {"MAX_CLIENTS": value, "MAX_CLIENTS_PER_ADDRESS": value}
    assert ids() == []


def test_proxies_as_one_text_are_e003(settings: Settings) -> None:
    settings.WS = {"TRUSTED_PROXIES": "127.0.0.1"}
    assert ids() == ["ws.E003"]
    assert only_message().hint == "It is a list: ['127.0.0.1']."


@pytest.mark.parametrize("entry", ["proxy.example.org", "10.0.0.1/8", "127.0.0.1:8001", "", None])
def test_a_proxy_that_is_neither_address_nor_network_is_e009(settings: Settings, entry: object) -> None:
    settings.WS = {"TRUSTED_PROXIES": ["127.0.0.1", entry]}
    assert ids() == ["ws.E009"]
    assert repr(entry) in only_message().msg


def test_proxies_are_addresses_networks_and_unix(settings: Settings) -> None:
    settings.WS = {"TRUSTED_PROXIES": ["127.0.0.1", "::1", "10.0.0.0/8", "2001:db8::/32", "unix"]}
    assert ids() == []


def test_two_mistakes_are_told_at_once(settings: Settings) -> None:
    settings.WEBSOCKET_URL, settings.WS = "ws", {"TYPO": 1}
    assert ids() == ["ws.E001", "ws.E002"]
    assert all(isinstance(message, Error) for message in check_settings(None))


def test_manage_check_runs_them(settings: Settings) -> None:
    settings.WS = {"TYPO": 1}
    with pytest.raises(CommandError, match=r"ws\.E002"):
        call_command("check")


@pytest.fixture
def installed_apps(settings: Settings) -> Iterator[Callable[[list[str]], None]]:
    """Sets INSTALLED_APPS; which commands there are is looked up anew."""

    def install(apps: list[str]) -> None:
        settings.INSTALLED_APPS = apps
        get_commands.cache_clear()  # type: ignore[attr-defined]

    yield install
    get_commands.cache_clear()  # type: ignore[attr-defined]


def test_our_runserver_before_djangos_is_right(installed_apps: Callable[[list[str]], None]) -> None:
    installed_apps(["ws", "django.contrib.staticfiles"])
    assert check_runserver(None) == []


def test_a_runserver_that_stands_before_ours_is_w001(installed_apps: Callable[[list[str]], None]) -> None:
    installed_apps(["django.contrib.staticfiles", "ws"])
    (message,) = check_runserver(None)
    assert message.id == "ws.W001"
    assert "Put 'ws' before 'django.contrib.staticfiles'" in (message.hint or "")


def test_a_runserver_that_extends_ours_is_right(
    installed_apps: Callable[[list[str]], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = tmp_path / "extension" / "management" / "commands"
    commands.mkdir(parents=True)
    (commands / "runserver.py").write_text("from ws.management.commands.runserver import Command\n", "utf-8")
    (tmp_path / "extension" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    installed_apps(["extension", "ws"])
    assert get_commands()["runserver"] == "extension"
    assert check_runserver(None) == []


@pytest.mark.parametrize("value", [-1, "2", None, True])
def test_a_span_that_is_none_is_an_error(settings: Settings, value: object) -> None:
    """Else the gateway would find out when it ends."""
    settings.WS = {"DRAIN_SECONDS": value}
    assert ids() == ["ws.E008"]


def test_a_gateway_may_tell_all_its_clients_at_once(settings: Settings) -> None:
    settings.WS = {"DRAIN_SECONDS": 0}
    assert ids() == []
