"""Canaries, written into a real log: by who leads, as an application writes, and with a ring where it would ring."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.ws.listener.change_log import RINGS, ChangeLog, ask
from tests.ws.listener.conftest import Heard, StartListener
from tests.ws.observed import Observed, wait_until
from triggers.canary import canary_sql
from triggers.log import CANARY_MODEL
from triggers.settings import TriggersSettings
from ws.listener.canary import Canary
from ws.listener.canary_writer import NAME, CanaryWriter, Pen
from ws.listener.log_observations import Published
from ws.listener.observations import CanaryHeard, CanarySilent
from ws.listener.rows import Row

STATEMENT = canary_sql(TriggersSettings(channel=RINGS))


@dataclass(slots=True)
class Leading:
    """Whether the listener leads."""

    is_so: bool = True

    def __call__(self) -> bool:
        return self.is_so


@dataclass(slots=True)
class Clock:
    """Stands still until it is set."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def leading() -> Leading:
    return Leading()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def canary(clock: Clock) -> Canary:
    return Canary(0.05, clock)


@pytest.fixture
def writer(log: ChangeLog, canary: Canary, leading: Leading, observed: Observed) -> Iterator[CanaryWriter]:
    with CanaryWriter(canary, Pen(log.arguments, STATEMENT), leading, observed) as made:
        yield made


def write(log: ChangeLog) -> None:
    """As somebody else's listener does."""
    with log.own.cursor() as cursor:
        cursor.execute(STATEMENT, {"key": "1"})


def written(log: ChangeLog) -> int:
    return int(log.ask("SELECT count(*) FROM rowcast_log WHERE model = %s", CANARY_MODEL)[0][0])


def sessions(log: ChangeLog) -> set[int]:
    """The pids of writers' sessions."""
    return {pid for (pid,) in log.ask("SELECT pid FROM pg_stat_activity WHERE application_name = %s", NAME)}


@pytest.mark.usefixtures("writer")
def test_who_leads_writes_one_after_another(log: ChangeLog) -> None:
    wait_until(lambda: written(log) >= 3)
    numbers = list(map(int, log.keys()))
    assert numbers == sorted(set(numbers))


@pytest.mark.usefixtures("writer")
def test_who_does_not_lead_writes_none_and_keeps_no_session(log: ChangeLog, leading: Leading) -> None:
    wait_until(lambda: written(log) > 0)
    leading.is_so = False
    wait_until(lambda: not sessions(log))
    leading.is_so = True
    before = written(log)
    wait_until(lambda: written(log) > before)


@pytest.mark.usefixtures("writer")
def test_whoever_sleeps_is_rung(log: ChangeLog) -> None:
    ear = log.connect()
    ask(ear, f"LISTEN {RINGS}")
    ask(ear, "SELECT pg_advisory_lock(%s)", log.asleep)

    def has_rung() -> bool:
        ear.poll()
        return bool(ear.notifies)

    wait_until(has_rung)
    assert int(json.loads(ear.notifies[0].payload)["canary"]) > 0


def test_whoever_is_awake_is_not(log: ChangeLog) -> None:
    ear = log.connect()
    ask(ear, f"LISTEN {RINGS}")
    write(log)
    ask(ear, "SELECT 1")
    ear.poll()
    assert ear.notifies == []


@pytest.mark.usefixtures("writer")
def test_where_it_can_not_be_written_the_reason_is_told(log: ChangeLog, observed: Observed, clock: Clock) -> None:
    """It hangs up when it has failed."""
    wait_until(lambda: written(log) > 0)
    before = sessions(log)
    log.ask("ALTER TABLE rowcast_log RENAME TO elsewhere")
    wait_until(lambda: not before & sessions(log))
    clock.now += 60.0
    assert "rowcast_log" in str(observed.wait_for(CanarySilent))


@pytest.mark.usefixtures("writer")
def test_the_end_of_silence_is_told(log: ChangeLog, canary: Canary, observed: Observed, clock: Clock) -> None:
    wait_until(lambda: written(log) > 0)
    clock.now += 60.0
    observed.wait_for(CanarySilent)
    canary.read(Row(1, 7, "canary", CANARY_MODEL, str(10**15), None, None, None, ""))
    canary(Published(1, 1, 0.0))
    observed.wait_for(CanaryHeard)


def test_a_listener_without_canaries_passes_those_of_others_over(
    log: ChangeLog, start_listener: StartListener, heard: Heard
) -> None:
    listener = start_listener()
    write(log)
    listener.observed.wait_for(Published)
    log.change(1)
    assert heard(1) == ["created 1"]
