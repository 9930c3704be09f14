"""The script against the real pipeline, and what it refuses."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from project.environment import CHECKOUT
from tests.pipeline.conftest import Pipeline, empty_database, environment, pipeline, running_pipeline
from tests.processes import READY_SECONDS, Process
from tests.stress.load.conftest import SCRIPT, Script, log_files

__all__ = ["empty_database", "environment", "pipeline"]  # fixtures


def server(running: Pipeline) -> str:
    return running.gateway_address


def rows_left(running: Pipeline) -> int:
    with running.database() as database, database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM project_project WHERE name LIKE 'load test%%'")
        (left,) = cursor.fetchone() or (0,)
    database.close()
    return int(left)


@pytest.fixture
def long_test(pipeline: Pipeline) -> Iterator[Process]:
    """A test that has begun, and has a while to go."""
    environment = {"DATABASE_URL": pipeline.environment["DATABASE_URL"]}
    command = [str(SCRIPT), "-a", "5", "-n", "1000000", "-s", server(pipeline)]
    with Process(command, environment) as running:
        running.wait_for("5 opened")
        yield running
    for log in log_files(running.output):
        log.unlink()


@pytest.mark.usefixtures("thor")
def test_a_good_pipeline_passes(script: Script, pipeline: Pipeline) -> None:
    """Compatibility R15, R16, R17, T1."""
    outcome = script("-a", "50", "-n", "3", "-s", server(pipeline), environment=pipeline.environment)
    assert outcome.status == 0, outcome.output
    assert outcome.log.startswith(
        "Number of connections tested: 50\nNumber of messages sent per connection: 3\n\nThor:   "
    )
    assert re.search(r"Connected +50\nDisconnected +0\nFailed +0\n", outcome.log)
    assert "changes arrived once each, in the order of their commits" in outcome.log
    assert rows_left(pipeline) == 0


@pytest.mark.usefixtures("thor")
def test_where_nothing_changes_nothing_is_verified(script: Script, pipeline: Pipeline) -> None:
    outcome = script("-a", "5", "-s", server(pipeline))
    assert outcome.status == 1
    assert "nothing changed while the load ran, so nothing was verified: start the simulator" in outcome.output


@pytest.mark.usefixtures("thor")
def test_what_others_change_verifies_too(script: Script, pipeline: Pipeline) -> None:
    with Process.manage("simulate", "--rate", "50", environment=pipeline.environment) as simulator:
        simulator.wait_for("simulating")
        outcome = script("-a", "50", "-n", "20", "-s", server(pipeline))
    assert outcome.status == 0, outcome.output
    assert "Verdict: good. Two clients heard the same" in outcome.log


@pytest.mark.usefixtures("thor")
def test_no_simulator_plans_anything_for_its_projects(script: Script, pipeline: Pipeline) -> None:
    with Process.manage("simulate", "--clear", "--speed", "5000", environment=pipeline.environment) as simulator:
        simulator.wait_for("simulating")
        outcome = script("-a", "20", "-n", "20", "-s", server(pipeline), environment=pipeline.environment)
    assert outcome.status == 0, outcome.output
    assert rows_left(pipeline) == 0


@pytest.mark.usefixtures("thor")
def test_changes_that_do_not_arrive_fail_a_good_load(script: Script, pipeline: Pipeline) -> None:
    """Compatibility R18."""
    outcome = script("-a", "5", "-s", server(pipeline), "-f", "elsewhere", environment=pipeline.environment)
    assert outcome.status == 1
    assert re.search(r"FAILED: (\d+) of \1 changes did not arrive", outcome.output)
    assert "see that the listener runs, on the database that DATABASE_URL names" in outcome.output


@pytest.mark.usefixtures("thor")
def test_a_database_that_cannot_be_reached_is_a_reason(script: Script, pipeline: Pipeline) -> None:
    nowhere = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    outcome = script("-a", "5", "-s", server(pipeline), environment=nowhere)
    assert outcome.status == 1
    assert "rows cannot be changed in the database" in outcome.output


@pytest.mark.usefixtures("thor")
def test_ctrl_c_ends_everything_and_names_the_partial_log(long_test: Process, pipeline: Pipeline) -> None:
    started = children(long_test.pid)
    long_test.send(signal.SIGINT)
    long_test.send(signal.SIGINT)
    assert long_test.wait() == 130
    assert len(started) > 1
    assert all(has_ended(pid) for pid in started)
    assert rows_left(pipeline) == 0
    (log,) = log_files(long_test.output)
    assert "Time taken" in log.read_text(encoding="utf-8")


@pytest.mark.usefixtures("thor")
def test_a_server_that_is_stopped_in_the_middle_is_a_reason(environment: dict[str, str]) -> None:
    with running_pipeline(environment) as running:
        command = [str(SCRIPT), "-a", "5", "-n", "1000000", "-w", "6", "-s", server(running)]
        with Process(command, {"DATABASE_URL": environment["DATABASE_URL"]}) as test:
            test.wait_for("5 opened")
            running.gateway.send_to_all(signal.SIGSTOP)
            test.wait_for("The load test failed")
            assert test.wait() == 1
            running.gateway.send_to_all(signal.SIGCONT)
    assert "the server hung: nothing moved for 6 s" in test.output
    (log,) = log_files(test.output)
    assert "5x                   given up: the server hung" in log.read_text(encoding="utf-8")
    log.unlink()


@pytest.mark.usefixtures("thor")
def test_a_server_that_dies_in_the_middle_is_a_reason(environment: dict[str, str]) -> None:
    with running_pipeline(environment) as running:
        command = [str(SCRIPT), "-a", "5", "-n", "1000000", "-s", server(running)]
        with Process(command, {"DATABASE_URL": environment["DATABASE_URL"]}) as test:
            test.wait_for("5 opened")
            running.gateway.send_to_all(signal.SIGKILL)
            test.wait_for("The load test failed")
            assert test.wait() == 1
    assert "5 of 5 that connected did not get all of their 1000000 answers" in test.output
    assert "a verifying client was lost" in test.output
    log_files(test.output)[0].unlink()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["-a", "0"], "-a 0: a whole number above zero is expected"),
        (["-n", "many"], "-n many: a whole number above zero is expected"),
        (["-a"], "-a needs a value"),
        (["-x"], "there is no option -x"),
        (["localhost:8000"], "'localhost:8000' is no option"),
        (["-s", "host:port"], "'host:port' has a port that is none"),
    ],
)
def test_a_bad_option_is_named(script: Script, options: list[str], complaint: str) -> None:
    """Compatibility R15."""
    outcome = script(*options)
    assert outcome.status == 2
    assert complaint in outcome.output


def test_the_script_teaches_and_refuses_without_an_environment(tmp_path: Path) -> None:
    """Compatibility R15."""
    alone = tmp_path / "stress" / "test_load.sh"
    alone.parent.mkdir()
    shutil.copy(SCRIPT, alone)
    taught = subprocess.run([alone, "-h"], capture_output=True, text=True, check=True)
    assert "usage: test_load.sh [-a CONNECTIONS] [-n MESSAGES] [-s SERVER]" in taught.stdout
    assert re.findall(r"-[ans] .*\(default: (.*)\)", taught.stdout) == ["10000", "1", "localhost:8000"]
    refused = subprocess.run([alone], capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert f"make -C {tmp_path} .venv/run" in refused.stderr


def test_too_few_descriptors_are_named_with_the_numbers() -> None:
    command = f"ulimit -Sn 150; ulimit -Hn 200; exec {SCRIPT} -a 100000"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "the hard limit is 200. Raise it" in done.stderr


def test_without_node_the_remedy_is_told(tmp_path: Path) -> None:
    for name in ("sh", "dirname"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    bare = {**os.environ, "PATH": str(tmp_path)}
    done = subprocess.run([SCRIPT, "-a", "5"], env=bare, capture_output=True, text=True, check=False, cwd=CHECKOUT)
    assert done.returncode == 1
    assert "there is no node on the PATH. Install Node.js 18 or newer and npm" in done.stderr


def has_ended(pid: int) -> bool:
    """Soon, if not now; a zombie has."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2]
        except OSError:
            return True
        if state.startswith("Z"):
            return True
    return False


def children(pid: int) -> list[int]:
    """Of a process, and theirs; /proc knows. What has ended meanwhile has none."""
    direct = list[int]()
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            direct += [int(it) for it in (task / "children").read_text(encoding="ascii").split()]
    return [*direct, *(deeper for child in direct for deeper in children(child))]
