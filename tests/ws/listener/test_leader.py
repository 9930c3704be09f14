"""The leader between the real servers: it sleeps while there is nothing, and wakes for every change."""

import os
import signal
import threading

import psycopg2
import pytest

from tests.ws.listener.change_log import ChangeLog, ask
from tests.ws.listener.conftest import Heard, StartListener
from tests.ws.observed import wait_until
from ws.listener import doorbell, leader
from ws.listener.log_observations import AsleepHeld, FoundByPoll, Published
from ws.listener.observations import Leading, SessionLost

WRITERS, CHANGES = 4, 40


def test_a_change_rings_and_is_published(log: ChangeLog, start_listener: StartListener, heard: Heard) -> None:
    listener = start_listener()
    log.wait_until_asleep()
    log.change(1)
    assert heard(1) == ["created 1"]
    assert not listener.observed.of(FoundByPoll)


def test_it_sleeps_again_after_each_change(log: ChangeLog, start_listener: StartListener, heard: Heard) -> None:
    listener = start_listener()
    for number in range(10):
        log.wait_until_asleep()
        log.change(number)
        assert heard(1) == [f"created {number}"]
    assert not listener.observed.of(FoundByPoll)


def test_who_waits_is_in_no_transaction(log: ChangeLog, start_listener: StartListener) -> None:
    """PITFALLS 53: it would keep every notification in PostgreSQL's queue."""
    listener = start_listener()
    log.wait_until_asleep()
    states = "SELECT DISTINCT state FROM pg_stat_activity WHERE pid = ANY (%s)"
    wait_until(lambda: log.ask(states, log.listener_pids(listener.name)) == [("idle",)])


def test_what_many_writers_change_is_published_once_in_order(
    log: ChangeLog, start_listener: StartListener, heard: Heard
) -> None:
    listener = start_listener()

    def write(number: int) -> None:
        connection = log.connect()
        for _ in range(CHANGES):
            log.change(number, of=connection)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = heard(WRITERS * CHANGES)
    for number in range(WRITERS):
        of_one = [words for words in told if words.endswith(f" {number}")]
        assert of_one == [f"created {number}", *[f"updated {number}"] * (CHANGES - 1)]
    assert not listener.observed.of(FoundByPoll)


def test_a_writer_who_saw_it_awake_and_commits_while_it_sleeps_is_heard(
    log: ChangeLog, start_listener: StartListener, heard: Heard
) -> None:
    """D4, PITFALLS 56: no ring comes for it; without the fence, or with one drawn too early, it waits for the poll."""
    with log.keeping_awake():
        listener = start_listener()
        writer = log.begin()
        log.change(1, of=writer)
    log.wait_until_asleep()
    log.wait_for_a_reading()
    ask(writer, "COMMIT")
    assert heard(1) == ["created 1"]
    assert not listener.observed.of(FoundByPoll)


def test_a_transaction_that_was_prepared_while_it_was_awake_is_heard(
    log: ChangeLog, start_listener: StartListener, heard: Heard
) -> None:
    """D4: a prepared transaction keeps its locks, and is waited for."""
    with log.keeping_awake():
        listener = start_listener()
        writer = log.begin()
        log.change(1, of=writer)
        ask(writer, f"PREPARE TRANSACTION '{log.schema}'")
    log.wait_until_asleep()
    log.wait_for_a_reading()
    log.ask(f"COMMIT PREPARED '{log.schema}'")
    assert heard(1) == ["created 1"]
    assert not listener.observed.of(FoundByPoll)


def test_what_was_written_without_a_ring_is_found_by_the_poll(
    log: ChangeLog, start_listener: StartListener, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D7, PITFALLS 40: PREPARE TRANSACTION does not allow NOTIFY. The first reading with ASLEEP in hand is not the
    poll's yet; what is written before it, or stands in the fence, needs none.
    """
    monkeypatch.setattr(leader, "HEARTBEAT_SECONDS", 0.3)
    listener = start_listener()
    log.wait_until_asleep()
    for _ in ("after the fence", "the poll"):
        log.wait_for_a_reading()
    writer = log.begin()
    log.change(1, of=writer)
    with pytest.raises(psycopg2.errors.FeatureNotSupported, match="NOTIFY"):
        ask(writer, f"PREPARE TRANSACTION '{log.schema}'")
    ask(writer, "ROLLBACK; SET rowcast.ring = off; BEGIN")
    log.change(2, of=writer)
    ask(writer, f"PREPARE TRANSACTION '{log.schema}'")
    log.ask(f"COMMIT PREPARED '{log.schema}'")
    assert heard(1) == ["created 2"]
    listener.observed.wait_for(FoundByPoll)


def test_a_ring_that_postgresql_has_yet_to_send_is_no_find_of_the_poll(
    log: ChangeLog, start_listener: StartListener, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader, "HEARTBEAT_SECONDS", 0.3)
    monkeypatch.setattr(doorbell, "RING_DUE_SECONDS", 0.0)
    listener = start_listener()
    log.wait_until_asleep()
    log.wait_for_a_reading()
    ear = log.listener_pids(listener.name)[2]
    for number in range(5):
        os.kill(ear, signal.SIGSTOP)
        try:
            log.change(number)
            log.wait_for_a_reading()
        finally:
            os.kill(ear, signal.SIGCONT)
        assert heard(1) == [f"created {number}"]
    assert not listener.observed.of(FoundByPoll)


def test_a_held_asleep_keeps_it_awake_and_working(log: ChangeLog, start_listener: StartListener, heard: Heard) -> None:
    """D3: who waits for the lock waits for ever on a session that leaked it, and rings for everybody meanwhile."""
    holder = log.connect(application_name="holder")
    ask(holder, "SELECT pg_advisory_lock(%s)", log.asleep)
    listener = start_listener()
    assert listener.observed.wait_for(AsleepHeld, times=2) == AsleepHeld(holder.info.backend_pid, "holder")
    log.change(1)
    assert heard(1) == ["created 1"]
    ask(holder, "SELECT pg_advisory_unlock_all()")
    log.wait_until_asleep()
    assert not listener.observed.of(SessionLost)


def test_a_commit_larger_than_a_batch_is_published_in_order(
    log: ChangeLog, start_listener: StartListener, heard: Heard
) -> None:
    start_listener()
    log.change(*range(20_000))
    assert heard(20_000) == [f"created {number}" for number in range(20_000)]


def test_who_stops_gives_the_locks_back(log: ChangeLog, start_listener: StartListener) -> None:
    listener = start_listener()
    log.wait_until_asleep()
    listener.stop()
    wait_until(lambda: log.holders(log.asleep) == [])


def test_it_tells_what_it_leads_and_publishes(log: ChangeLog, start_listener: StartListener, heard: Heard) -> None:
    listener = start_listener()
    assert listener.observed.wait_for(Leading).channels == (listener.channel,)
    log.change(1)
    heard(1)
    published = listener.observed.wait_for(Published)
    assert (published.rows, published.messages) == (1, 1)
    assert published.lag_seconds >= 0.0
