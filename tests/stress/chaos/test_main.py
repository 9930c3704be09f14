"""The whole test as somebody types it, short: real servers, real processes, a few faults of each kind."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from project.environment import CHECKOUT
from tests.processes import Process
from tests.stress.load.test_main import children, has_ended

SHORT = ["--seed", "1", "--faults", "2", "--seconds", "400"]
SECONDS_AT_MOST = 600.0


@pytest.fixture
def logs() -> Iterator[list[Path]]:
    """Removed in the end."""
    made: list[Path] = []
    yield made
    for log in made:
        log.unlink()


def log_of(output: str) -> Path:
    found = re.search(r"the log is (\S+)", output)
    assert found, output
    return Path(found[1])


def test_nothing_is_lost_and_nothing_comes_twice_whatever_dies(logs: list[Path]) -> None:
    """PITFALLS 48, 49, 50, 58."""
    done = subprocess.run(
        [sys.executable, "-m", "stress.chaos", *SHORT],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS_AT_MOST,
        check=False,
    )
    logs.append(log_of(done.stdout))
    assert done.returncode == 0, done.stdout
    assert "PASSED: each of" in done.stdout
    assert len(re.findall(r"(?<!\d)2 \(\d+\.\d, \d+\.\d s\)", done.stdout)) == 9, done.stdout


def test_ctrl_c_ends_everything(logs: list[Path]) -> None:
    with Process([sys.executable, "-m", "stress.chaos", "--seed", "1"], {}) as running:
        running.wait_for("messages heard")
        logs.append(log_of(running.output))
        started = children(running.pid)
        running.send(signal.SIGINT)
        assert running.wait() == 128 + signal.SIGINT
    assert "Interrupted." in running.output
    assert len(started) > 5
    assert all(has_ended(pid) for pid in started)


def test_a_bad_option_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stress.chaos", "--faults", "many"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "argument --faults: invalid int value: 'many'" in done.stderr
