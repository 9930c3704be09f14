"""What will hurt is told before it does."""

import pytest

from tests.ws.listener.change_log import ChangeLog, ask
from tests.ws.observed import Observed
from ws.listener import alarms
from ws.listener.alarms import Alarms
from ws.listener.log_observations import QueueFilling, TransactionOpen

PAGE_BYTES = 8192
"""Of PostgreSQL's queue of notifications, which tells how full it is by pages."""


def test_a_quiet_database_is_no_reason_to_tell_anything(log: ChangeLog, observed: Observed) -> None:
    log.begin()
    Alarms(observed).look(log.open_database())
    assert not observed.of(QueueFilling)
    assert not observed.of(TransactionOpen)


def test_a_session_that_keeps_the_queue_of_notifications_is_named(
    log: ChangeLog, observed: Observed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PITFALLS 62. Whoever listens and stays in a transaction takes nothing out."""
    monkeypatch.setattr(alarms, "QUEUE_USAGE", 0.0)
    deaf = log.connect(application_name="deaf")
    ask(deaf, "LISTEN alarms")
    ask(deaf, "BEGIN")
    for number in range(4):
        log.ask("SELECT pg_notify('alarms', %s)", str(number) * (PAGE_BYTES * 3 // 4))
    Alarms(observed).look(log.open_database())
    (filling,) = observed.of(QueueFilling)
    assert (filling.pid, filling.name, filling.usage > 0) == (deaf.info.backend_pid, "deaf", True)


def test_the_oldest_transaction_is_named_once(
    log: ChangeLog, observed: Observed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PITFALLS 46."""
    monkeypatch.setattr(alarms, "OPEN_SECONDS", 0.0)
    oldest, younger = log.begin(application_name="oldest"), log.begin(application_name="younger")
    looks, database = Alarms(observed), log.open_database()
    for _ in range(2):
        looks.look(database)
    ask(oldest, "ROLLBACK")
    looks.look(database)
    told = [(alarm.pid, alarm.name) for alarm in observed.of(TransactionOpen)]
    assert told == [(oldest.info.backend_pid, "oldest"), (younger.info.backend_pid, "younger")]


def test_a_listener_looks_by_itself(log: ChangeLog, observed: Observed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "OPEN_SECONDS", 0.0)
    monkeypatch.setattr(alarms, "LOOK_SECONDS", 0.0)
    log.begin()
    Alarms(observed).look_when_due(log.open_database())
    assert observed.of(TransactionOpen)
