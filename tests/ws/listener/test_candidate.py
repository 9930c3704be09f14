"""A listener that loses Redis or PostgreSQL, or another one: nothing is lost, nothing is published twice."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis

from project.development.valkey import Valkey
from tests.wire_cutter import WireCutter
from tests.ws.listener.change_log import ChangeLog, ask
from tests.ws.listener.conftest import Heard, MakeReader, StartListener
from tests.ws.listener.steps import PREFIX
from tests.ws.observed import wait_until
from ws.listener import log_observations, publication
from ws.listener.observations import (
    EpochBegan,
    Leading,
    PublicationFailed,
    PublicationRefused,
    SessionLost,
    StandingBy,
    SteppedDown,
)
from ws.wire.channels import lease_key


def test_what_is_committed_while_redis_is_away_is_published_in_order(
    log: ChangeLog, start_listener: StartListener, heard: Heard, wire: WireCutter
) -> None:
    """PITFALLS 58."""
    listener = start_listener(wire.url)
    wire.refuse()
    for number in range(5):
        log.change(number)
    listener.observed.wait_for(PublicationFailed, times=3)
    log.change(5)
    wire.accept()
    assert heard(6) == [f"created {number}" for number in range(6)]
    assert len(listener.observed.of(EpochBegan)) == 1


def test_each_attempt_at_redis_waits_longer_until_one_succeeds(
    log: ChangeLog, start_listener: StartListener, heard: Heard, wire: WireCutter
) -> None:
    listener = start_listener(wire.url)
    for number in range(2):
        before = len(listener.observed.of(PublicationFailed))
        wire.refuse()
        log.change(number)
        listener.observed.wait_for(PublicationFailed, times=before + 3)
        wire.accept()
        assert heard(1) == [f"created {number}"]
        listener.observed.wait_for(log_observations.Published, times=number + 1)
        waits = [failed.retry_seconds for failed in listener.observed.of(PublicationFailed)[before : before + 3]]
        assert waits == [0.05, 0.1, 0.2]


def test_each_attempt_at_a_redis_that_takes_no_messages_waits_longer(
    own_redis: Valkey, log: ChangeLog, start_listener: StartListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That it lets the listener resume each time is no success; that it takes a heartbeat is one."""
    monkeypatch.setattr(publication, "HEARTBEAT_SECONDS", 3600.0)
    listener = start_listener(own_redis.url)
    with redis.Redis.from_url(own_redis.url) as client:
        client.execute_command("ACL", "SETUSER", "default", "-publish")
        log.change(1)
        listener.observed.wait_for(PublicationFailed, times=3)
        client.execute_command("ACL", "SETUSER", "default", "+publish")
    listener.observed.wait_for(log_observations.Published)
    assert [failed.retry_seconds for failed in listener.observed.of(PublicationFailed)][:3] == [0.05, 0.1, 0.2]


def test_nobody_rings_while_redis_is_away(log: ChangeLog, start_listener: StartListener, wire: WireCutter) -> None:
    listener = start_listener(wire.url)
    log.wait_until_asleep()
    wire.refuse()
    log.change(1)
    listener.observed.wait_for(PublicationFailed)
    assert log.holders(log.asleep) == []


def test_a_batch_whose_outcome_is_unknown_is_not_published_twice(
    log: ChangeLog, start_listener: StartListener, heard: Heard, wire: WireCutter
) -> None:
    """X4."""
    listener = start_listener(wire.url)
    listener.before_publish(wire.cut_at_answer)
    log.change(1)
    listener.observed.wait_for(PublicationFailed)
    log.change(2)
    assert heard(2) == ["created 1", "created 2"]
    assert len(listener.observed.of(EpochBegan)) == 1


def test_a_batch_that_never_came_to_redis_is_published(
    log: ChangeLog, start_listener: StartListener, heard: Heard, wire: WireCutter
) -> None:
    """X4."""
    listener = start_listener(wire.url)
    listener.before_publish(wire.cut_at_request)
    log.change(1)
    listener.observed.wait_for(PublicationFailed)
    log.change(2)
    assert heard(2) == ["created 1", "created 2"]


def test_who_is_refused_and_still_leads_goes_on_from_where_redis_is(
    log: ChangeLog, start_listener: StartListener, heard: Heard, make_reader: MakeReader
) -> None:
    """X4: an old leader's last call came late; stepping down for it would leave nobody."""
    listener = start_listener()
    listener.before_publish(lambda: make_reader().read())
    log.change(1)
    listener.observed.wait_for(PublicationRefused)
    log.change(2)
    assert heard(2) == ["created 1", "created 2"]
    assert not listener.observed.of(SteppedDown)


def test_who_is_refused_and_has_lost_the_lead_steps_down(
    log: ChangeLog, start_listener: StartListener, heard: Heard, make_reader: MakeReader
) -> None:
    """L3, PITFALLS 57: DISCARD ALL, or a pooler, gives LEADER away behind a leader's back."""
    listener = start_listener()

    def lose_the_lead() -> None:
        assert listener.database is not None
        listener.database.guard.ask("SELECT pg_advisory_unlock_all()")
        make_reader().read()

    listener.before_publish(lose_the_lead)
    log.change(1)
    listener.observed.wait_for(SteppedDown)
    listener.observed.wait_for(Leading, times=2)
    log.change(2)
    assert heard(2) == ["created 1", "created 2"]


@pytest.mark.parametrize("which", [0, 1, 2], ids=["locks", "log", "rings"])
def test_a_session_that_is_ended_is_made_again(
    log: ChangeLog, start_listener: StartListener, heard: Heard, which: int
) -> None:
    """PITFALLS 49, P3."""
    listener = start_listener()
    log.wait_until_asleep()
    log.ask("SELECT pg_terminate_backend(%s)", log.listener_pids(listener.name)[which])
    listener.observed.wait_for(SessionLost)
    listener.observed.wait_for(Leading, times=2)
    log.change(1)
    assert heard(1) == ["created 1"]


def test_a_server_that_says_nothing_is_found(
    log: ChangeLog, start_listener: StartListener, heard: Heard, postgres_wire: WireCutter
) -> None:
    """PITFALLS 50: a wire that was cut without a word would be listened to for ever."""
    listener = start_listener(database=log.through(postgres_wire))
    log.wait_until_asleep()
    postgres_wire.hold()
    assert "no answer" in listener.observed.wait_for(SessionLost).error
    postgres_wire.release()
    listener.observed.wait_for(Leading, times=2)
    log.change(1)
    assert heard(1) == ["created 1"]


def test_one_leads_and_the_other_stands_by_until_the_first_ends(
    log: ChangeLog, start_listener: StartListener, heard: Heard
) -> None:
    first = start_listener()
    second = start_listener(leads=False)
    assert second.observed.wait_for(StandingBy).name == first.name
    log.change(1)
    assert heard(1) == ["created 1"]
    first.stop()
    second.observed.wait_for(Leading)
    log.change(2)
    assert heard(1) == ["created 2"]
    assert not second.observed.of(EpochBegan)


def test_the_other_leads_when_the_sessions_of_the_first_end(
    log: ChangeLog, start_listener: StartListener, heard: Heard
) -> None:
    first = start_listener()
    second = start_listener(leads=False)
    second.observed.wait_for(StandingBy)
    log.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", first.name)
    first.observed.wait_for(SessionLost)
    log.change(1)
    assert heard(1) == ["created 1"]


def test_a_log_that_is_trimmed_while_it_falls_asleep_begins_an_epoch(
    log: ChangeLog, start_listener: StartListener, heard: Heard
) -> None:
    """C7. What is found out with ASLEEP in hand must not leave it there."""
    with log.keeping_awake():
        listener = start_listener()
        writer = log.begin()
        log.change(1, of=writer)
    log.wait_until_asleep()
    trims = log.begin()
    ask(trims, "UPDATE rowcast_state SET trimmed = trimmed + 1")
    log.tell("2", of=trims)
    ask(trims, "COMMIT")
    assert "trimmed" in listener.observed.wait_for(EpochBegan, times=2).reason
    ask(writer, "COMMIT")
    assert heard(1) == ["created 1"]
    assert not listener.observed.of(log_observations.FoundByPoll)
    wait_until(lambda: log.tell("3") > 0 and not log.holders(log.asleep))
    log.wait_until_asleep()


@contextmanager
def waiting_for_postgresql(log: ChangeLog) -> Iterator[None]:
    """The leader, which reads a change and has no answer."""
    log.wait_until_asleep()
    blocker = log.begin()
    ask(blocker, "LOCK TABLE rowcast_log_3 IN ACCESS EXCLUSIVE MODE")
    log.change(1)
    wait_until(lambda: log.ask("SELECT count(*) FROM pg_locks WHERE NOT granted")[0][0] > 0)
    yield
    ask(blocker, "ROLLBACK")


def test_a_leader_that_waits_for_a_long_answer_moves(
    log: ChangeLog, start_listener: StartListener, server: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L2: ended for it, the next one would wait as long, and be ended."""
    monkeypatch.setattr(publication, "HEARTBEAT_SECONDS", 0.1)
    listener = start_listener()
    with waiting_for_postgresql(log):
        (key,) = set(server.scan_iter(match=lease_key(PREFIX, f"*.{log.oid}")))
        for _ in range(2):
            before = server.get(key)
            wait_until(lambda before=before: server.get(key) != before)  # type: ignore[misc]
    assert not listener.observed.of(SessionLost)


def test_a_stop_does_not_wait_for_a_long_answer(log: ChangeLog, start_listener: StartListener) -> None:
    """PITFALLS P5."""
    listener = start_listener()
    with waiting_for_postgresql(log):
        listener.stop()
