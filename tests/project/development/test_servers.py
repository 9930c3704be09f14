"""A command beside servers of its own."""

import sys

import pytest

from project.development.servers import run_beside_servers

ASKS_BOTH = """
import os, sys, psycopg2, redis
with psycopg2.connect(os.environ["DATABASE_URL"]) as database, database.cursor() as cursor:
    cursor.execute("SHOW fsync")
    assert cursor.fetchone() == ("on",)
assert redis.Redis.from_url(os.environ["REDIS_URL"]).ping()
sys.exit(7)
"""


def test_the_command_finds_both_servers_and_its_status_is_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DATABASE_URL", "REDIS_URL", "REDIS_HOST", "REDIS_PORT", "DB"):
        monkeypatch.delenv(variable, raising=False)
    assert run_beside_servers([sys.executable, "-c", ASKS_BOTH]) == 7
