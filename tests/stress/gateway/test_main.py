"""The benchmark as somebody runs it, for seconds; what it measures then means nothing."""

import os
import subprocess
import sys
from collections.abc import Mapping

from project.environment import CHECKOUT

SHORT = ["--rounds=1", "--seconds=1", "--clients=10", "--messages=100"]


def run(*options: str, environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "stress.gateway", *options],
        cwd=CHECKOUT,
        env={**os.environ, "DATABASE_URL": "", "REDIS_URL": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_table_is_printed(database_url: str, redis_url: str) -> None:
    servers = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    done = run(*SHORT, "--peers", "bare send", "--only", "steady", "handshakes", environment=servers)
    assert done.returncode == 0, done.stderr
    assert "| the same, against a bare loop of send |" in done.stdout
    assert "| server | µs a delivery, even rate | handshakes per second and core, no user asked |" in done.stdout
    assert "FAILED" not in done.stdout


def test_without_servers_the_way_to_have_some_is_named() -> None:
    done = run(environment={})
    assert done.returncode == 1
    assert "DATABASE_URL is not set: `make bench-gateway` starts servers" in done.stderr
