"""What is wrong at the start ends the start, with the culprit and the remedy."""

import socket

import pytest

from tests.processes import Process

NOWHERE_REDIS = {"REDIS_URL": "redis://127.0.0.1:1/0"}


def settings_module(tmp_path_factory: pytest.TempPathFactory, source: str) -> dict[str, str]:
    """A settings module of its own, for the environment of a command."""
    folder = tmp_path_factory.mktemp("settings")
    (folder / "odd_settings.py").write_text(f"from project.settings import *\n{source}\n", encoding="utf-8")
    return {"PYTHONPATH": str(folder), "DJANGO_SETTINGS_MODULE": "odd_settings"}


@pytest.mark.parametrize("command", ["runlistener", "rungateway"])
def test_redis_that_is_down_is_named(environment: dict[str, str], command: str) -> None:
    with Process.manage(command, environment={**environment, **NOWHERE_REDIS}) as process:
        assert process.wait() == 1
    assert "Redis does not answer at redis://127.0.0.1:1/0" in process.output
    assert "REDIS_URL" in process.output
    assert "Traceback" not in process.output


def test_postgres_that_is_down_is_named(environment: dict[str, str]) -> None:
    nowhere = {"DATABASE_URL": "postgres://nobody:secret@127.0.0.1:1/nothing"}
    with Process.manage("runlistener", environment={**environment, **nowhere}) as process:
        assert process.wait() == 1
    assert "PostgreSQL does not answer for nothing at 127.0.0.1:1" in process.output
    assert "secret" not in process.output
    assert "Traceback" not in process.output


def test_a_port_in_use_is_named(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with Process.manage("rungateway", "--bind", address, environment=environment) as process:
            assert process.wait() == 1
    assert f"cannot listen on {address}" in process.output
    assert "--bind" in process.output
    assert "Traceback" not in process.output


def test_an_address_that_is_none_is_refused(environment: dict[str, str]) -> None:
    with Process.manage("rungateway", "--bind", "8001", environment=environment) as process:
        assert process.wait() == 2
    assert "write HOST:PORT" in process.output


@pytest.mark.parametrize(
    ("source", "culprit"),
    [
        ("TRIGGERS = {**TRIGGERS, 'WATCH': ['shoop']}", "'shoop'"),
        ("TRIGGERS = {**TRIGGERS, 'WATCH': ['project.Proiect']}", "'project.Proiect'"),
        ("TRIGGERS = {**TRIGGERS, 'CHANNEL': 'ü' * 32}", "64 bytes"),
        ("TRIGGERS = {**TRIGGERS, 'DELIVERY': 'pigeon'}", "'pigeon'"),
        ("TRIGGERS = {**TRIGGERS, 'WATHC': []}", "'WATHC'"),
        ("DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}", "sqlite"),
        ("WEBSOCKET_URL = 'ws'", "'ws'"),
        ("WS = {'ALLOWED_ORIGIN': []}", "'ALLOWED_ORIGIN'"),
        ("WS = {'ALLOWED_ORIGINS': 'https://example.org'}", "'https://example.org'"),
    ],
)
def test_a_wrong_setting_is_named_by_a_system_check(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory, source: str, culprit: str
) -> None:
    odd = {**environment, **settings_module(tmp_path_factory, source)}
    with Process.manage("runlistener", environment=odd) as process:
        assert process.wait() == 1
    assert culprit in process.output
    assert "HINT" in process.output
    assert "Traceback" not in process.output


def test_a_rule_that_cannot_be_imported_ends_the_gateway(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Compatibility S11."""
    odd = settings_module(tmp_path_factory, "WS4REDIS_ALLOWED_CHANNELS = 'site.rules.allowed'")
    with Process.manage("rungateway", "--bind", "127.0.0.1:0", environment={**environment, **odd}) as process:
        assert process.wait() == 1
    assert "WS4REDIS_ALLOWED_CHANNELS is 'site.rules.allowed', which cannot be imported" in process.output


def test_a_site_that_configures_no_logging_sees_what_runs(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    odd = settings_module(tmp_path_factory, "LOGGING = {}")
    with Process.manage("rungateway", "--bind", "127.0.0.1:0", environment={**environment, **odd}) as process:
        process.wait_for("ready at ws://127.0.0.1:")
