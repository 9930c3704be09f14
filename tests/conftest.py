"""Real servers for the tests: those that the environment names, else our own, in temporary folders, on free ports."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from project.development.postgres import Postgres
from project.development.valkey import Valkey
from tests.postgres_servers import FragilePostgres
from tests.redis_servers import RedisServers

MISSING_PROGRAMS = pytest.StashKey[dict[str, str]]()


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A role that owns databases and is no superuser, on `DATABASE_URL`'s server or one of our own."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    options = {"fsync": "off", "max_connections": "50", "max_prepared_transactions": "10"}
    server = Postgres(tmp_path_factory.mktemp("postgres"), options=options)
    server.start()
    yield server.owner_url
    server.stop()


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FragilePostgres]:
    """A PostgreSQL that the tests of a module may hurt."""
    with FragilePostgres(tmp_path_factory.mktemp("fragile") / "postgres") as made:
        yield made


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`REDIS_URL`'s server or one of our own."""
    if url := os.environ.get("REDIS_URL"):
        yield url
        return
    server = Valkey(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[Valkey]:
    """A server that the test may hurt."""
    server = Valkey(tmp_path / "valkey")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[RedisServers]:
    """Servers of the test's own that stand together."""
    with RedisServers(tmp_path / "servers") as made:
        yield made


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_url: str) -> None:
    """pytest-django asks for this before it makes the test database."""
    parts = urlsplit(database_url)
    where = {"HOST": parts.hostname, "PORT": parts.port, "USER": parts.username, "PASSWORD": parts.password}
    settings.DATABASES["default"].update(where)
    connections["default"].settings_dict.update(where)


@pytest.fixture
def require_program(request: pytest.FixtureRequest) -> "ProgramRequirement":
    """For tests that need a program which `make test` does not install."""
    return ProgramRequirement(request.config)


class ProgramRequirement:
    """Finds a program, or leaves the test out and notes the command that installs it."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def __call__(self, names: list[str], install: str) -> str:
        from shutil import which  # noqa: PLC0415

        for name in names:
            if found := which(name):
                return found
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail(f"REQUIRE_ALL=1, and there is no {names[0]}: {install}")
        self._config.stash.setdefault(MISSING_PROGRAMS, {})[names[0]] = install
        pytest.skip(f"there is no {names[0]}: {install}")


def pytest_configure() -> None:
    """A shell that starts us in the background has us ignore Ctrl-C, and so would what we start.

    Hypothesis asserts timings unless it is told not to: a machine that looks away for 0.2 s would fail an example.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    hypothesis_settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    hypothesis_settings.load_profile("patient")


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last words: what could not be run, and the command that would change that."""
    for name, install in config.stash.get(MISSING_PROGRAMS, {}).items():
        config.get_terminal_writer().line(f"Not run for lack of {name}. Install it: {install}", yellow=True)
