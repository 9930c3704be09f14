"""PostgreSQL's own benchmark: found, and its report read."""

from pathlib import Path

import pytest

from stress.writes.pgbench import Run, read_run, require_pgbench
from stress.writes.refusal import RefusedError

REPORT = """
number of transactions actually processed: 4711
number of failed transactions: 0 (0.000%)
latency average = 1.0 ms
tps = 235.480000 (without initial connection time)
"""


def test_transactions_and_their_rate_are_read() -> None:
    assert read_run(REPORT) == Run(4711, 235.48)


@pytest.mark.parametrize("report", ["", REPORT.replace("failed transactions: 0", "failed transactions: 3")])
def test_a_report_of_failures_or_of_nothing_is_refused(report: str) -> None:
    with pytest.raises(RefusedError, match="not what was expected"):
        read_run(report)


def test_without_pgbench_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_BIN", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RefusedError, match="apt-get install"):
        require_pgbench()


def test_pgbench_is_looked_for_beside_the_server_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "pgbench"
    program.touch(mode=0o755)
    monkeypatch.setenv("POSTGRES_BIN", str(tmp_path))
    assert require_pgbench() == str(program)
