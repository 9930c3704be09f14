"""Production settings: what is missing is named, and what is set is used."""

import os
import subprocess
import sys

import pytest

from project.environment import CHECKOUT

COMPLETE = {
    "SECRET_KEY": "not the development one",
    "ALLOWED_HOSTS": "plan.example.org,www.example.org",
    "DATABASE_URL": "postgres://site:secret@db.example.org:5433/plan",
    "REDIS_HOST": "redis.example.org",
    "REDIS_PORT": "6380",
    "DB": "3",
}
SHOW = """
import settings_production as s
print(s.DEBUG, s.ALLOWED_HOSTS, s.DATABASES["default"]["HOST"], s.WS4REDIS_CONNECTION)
"""


def load(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Import the production settings with this environment and nothing else of ours."""
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("variable", sorted(COMPLETE))
def test_a_missing_variable_is_named(variable: str) -> None:
    done = load({name: value for name, value in COMPLETE.items() if name != variable})
    assert done.returncode != 0
    assert f"Set the environment variable {variable}" in done.stderr


def test_the_environment_is_used() -> None:
    """Compatibility R7."""
    done = load(COMPLETE)
    assert done.stderr == ""
    assert done.stdout.split(" ", 1)[0] == "False"
    assert "['plan.example.org', 'www.example.org'] db.example.org" in done.stdout
    assert "'host': 'redis.example.org', 'port': 6380, 'db': 3" in done.stdout


def test_a_redis_url_stands_for_host_port_and_number() -> None:
    without = {name: value for name, value in COMPLETE.items() if not name.startswith(("REDIS", "DB"))}
    done = load({**without, "REDIS_URL": "rediss://:secret@redis.example.org:6381/2"})
    assert done.stderr == ""
    assert "'port': 6381" in done.stdout
    assert "'ssl': True" in done.stdout
