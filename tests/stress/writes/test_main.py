"""The benchmark as somebody runs it, for seconds; what it measures then means nothing."""

import os
import subprocess
import sys
from collections.abc import Mapping

from project.development.programs import postgres_binaries
from project.environment import CHECKOUT
from tests.pipeline.conftest import forget_other_databases


def run(*options: str, environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "stress.writes", *options],
        cwd=CHECKOUT,
        env={**os.environ, "DATABASE_URL": "", "REDIS_URL": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_table_is_printed(database_url: str, redis_url: str) -> None:
    servers = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "POSTGRES_BIN": str(postgres_binaries())}
    forget_other_databases(redis_url)
    done = run("--rounds=1", "--seconds=2", "--only", "one-writer", environment=servers)
    assert done.returncode == 0, done.stderr
    assert "| single-row commits, 1 writer, against no trigger |" in done.stdout


def test_without_servers_the_way_to_have_some_is_named() -> None:
    done = run(environment={"POSTGRES_BIN": str(postgres_binaries())})
    assert done.returncode == 1
    assert "DATABASE_URL is not set: `make bench-writes` starts servers" in done.stderr
