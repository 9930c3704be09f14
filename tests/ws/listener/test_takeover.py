"""A leader in a process of its own is stopped, as a hypervisor does it, and comes back (PROTOCOL.md, L1 to L3)."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.processes import Process
from tests.ws.listener.change_log import ChangeLog
from tests.ws.listener.conftest import Heard, StartListener
from ws.listener import candidate
from ws.listener.observations import EpochBegan, Leading, StandingBy, TookOver

StartProcess = Callable[[str], Process]


@pytest.fixture
def start_process(log: ChangeLog, database_url: str, redis_url: str) -> Iterator[StartProcess]:
    """Start leaders in processes of their own, which end with the test."""
    with ExitStack() as cleanup:

        def start(where: str) -> Process:
            module = "tests.ws.listener.stopping_listener"
            command = [sys.executable, "-m", module, database_url, log.schema, redis_url, where]
            process = cleanup.enter_context(Process(command, {"DJANGO_SETTINGS_MODULE": "tests.settings"}))
            cleanup.callback(process.send, signal.SIGCONT)
            process.wait_for("ready")
            return process

        yield start


def test_a_leader_that_does_not_move_is_ended(
    log: ChangeLog,
    start_process: StartProcess,
    start_listener: StartListener,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """L2: and when it moves again it stands by; L3."""
    monkeypatch.setattr(candidate, "STALE_SECONDS", 4.0)
    process = start_process("nowhere")
    log.wait_until_asleep()
    standby = start_listener(leads=False)
    standby.observed.wait_for(StandingBy)
    process.send(signal.SIGSTOP)
    assert len(standby.observed.wait_for(TookOver).pids) == 3
    standby.observed.wait_for(Leading)
    log.change(1)
    assert heard(1) == ["created 1"]
    process.send(signal.SIGCONT)
    process.wait_for("StandingBy")
    assert not standby.observed.of(EpochBegan)


def test_postgresql_ends_a_leader_that_does_not_move(
    log: ChangeLog,
    start_process: StartProcess,
    start_listener: StartListener,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """L1: where Redis can't be asked either, its own time-outs free the lead."""
    monkeypatch.setattr(candidate, "STALE_SECONDS", 3600.0)
    process = start_process("nowhere")
    log.wait_until_asleep()
    standby = start_listener(leads=False)
    process.send(signal.SIGSTOP)
    standby.observed.wait_for(Leading)
    log.change(1)
    assert heard(1) == ["created 1"]
    assert not standby.observed.of(TookOver)


def test_a_leader_that_was_stopped_with_a_batch_in_hand_is_refused(
    log: ChangeLog,
    start_process: StartProcess,
    start_listener: StartListener,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """L3, X1: it would publish the batch that the next leader has published."""
    monkeypatch.setattr(candidate, "STALE_SECONDS", 4.0)
    process = start_process("before a batch")
    standby = start_listener(leads=False)
    log.change(1)
    standby.observed.wait_for(Leading)
    assert heard(1) == ["created 1"]
    process.send(signal.SIGCONT)
    process.wait_for("PublicationRefused")
    process.wait_for("StandingBy")
    log.change(2)
    assert heard(1) == ["created 2"]
