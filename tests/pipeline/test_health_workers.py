"""The health of a gateway of two workers: one is killed, one is stopped, both are replaced."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipeline.watched import HEALTH, health_url
from tests.processes import Process
from tests.ws.health.asking import ask, metrics, samples
from tests.ws.observed import wait_until


@pytest.fixture(scope="module")
def gateway(environment: dict[str, str]) -> Iterator[Process]:
    with Process.manage(
        "rungateway", "--bind", "127.0.0.1:0", "--workers", "2", *HEALTH, environment=environment
    ) as running:
        running.wait_for("ready at")
        yield running


@pytest.fixture
def url(gateway: Process) -> str:
    found = health_url(gateway)
    wait_until(lambda: ask(found, "readyz") == (200, "ok\n"))
    return found


def workers(url: str) -> set[str]:
    """The labels of those that answer."""
    return {labels["worker"] for labels, name, _ in samples(url) if name == "rowcast_gateway_clients"}


def children(gateway: Process) -> list[int]:
    """The pids of its workers."""
    of_main_thread = Path(f"/proc/{gateway.pid}/task/{gateway.pid}/children")
    return [int(pid) for pid in of_main_thread.read_text(encoding="ascii").split()]


def test_each_worker_has_its_numbers_and_the_keeper_its_own(url: str) -> None:
    assert len(workers(url)) == 2
    assert metrics(url)["rowcast_gateway_workers"] == 2
    assert metrics(url)['rowcast_gateway_observations_total{kind="WorkerLost",level="error"}'] >= 0


def test_a_worker_that_is_killed_makes_no_counter_fall(gateway: Process, url: str) -> None:
    before = workers(url)
    os.kill(children(gateway)[0], signal.SIGKILL)
    gateway.wait_for("is lost, and started again")
    wait_until(lambda: ask(url, "readyz")[0] == 200)
    after = workers(url)
    assert len(before & after) == 1
    assert len(after - before) == 1
    assert metrics(url)['rowcast_gateway_observations_total{kind="WorkerLost",level="error"}'] == 1


def test_a_worker_that_does_not_move_is_told_of(gateway: Process, url: str) -> None:
    pid = children(gateway)[0]
    os.kill(pid, signal.SIGSTOP)
    status, reasons = ask(url, "healthz")
    os.kill(pid, signal.SIGCONT)
    assert (status, reasons.endswith(f"({pid}): it does not answer\n")) == (503, True)


def test_workers_that_take_over_are_ready_before_the_old_ones_leave(gateway: Process, url: str) -> None:
    before = workers(url)
    gateway.send(signal.SIGHUP)
    gateway.wait_for("replaced:")
    assert ask(url, "readyz") == (200, "ok\n")
    wait_until(lambda: len(workers(url)) == 2)
    assert not workers(url) & before
