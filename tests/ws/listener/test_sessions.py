"""The listener's sessions and locks in a real PostgreSQL (PROTOCOL.md, D3, D6, L1; PITFALLS 51, 57, P3, P4)."""

from select import select

import psycopg2
import pytest

from tests.wire_cutter import WireCutter
from tests.ws.listener.change_log import RINGS, ChangeLog, ask
from tests.ws.observed import wait_until
from ws.listener.database import Database, UnfitDatabaseError
from ws.listener.session import Session, SilentServerError
from ws.listener.snapshots import Snapshot

HOSTILE = (
    "-c idle_session_timeout=1h -c idle_in_transaction_session_timeout=1h -c statement_timeout=1h -c lock_timeout=1h"
    " -c synchronous_commit=off -c default_transaction_isolation=serializable -c default_transaction_read_only=on"
    " -c DateStyle=German -c TimeZone=Asia/Kathmandu -c client_encoding=LATIN1"
)
"""What a role may have set."""


@pytest.fixture
def database(log: ChangeLog) -> Database:
    return log.open_database()


def test_every_session_ends_when_its_listener_was_stopped_for_ten_seconds(database: Database) -> None:
    """L1: with the defaults it lives for ever, and LEADER with it."""
    sessions = [database.guard, database.listen(RINGS), database.open_briefly(), database.open_log()._session]
    for session in sessions:
        assert session.ask("SHOW idle_session_timeout") == [("10s",)]
        assert session.ask("SHOW idle_in_transaction_session_timeout") == [("10s",)]
        assert session.ask("SHOW tcp_user_timeout") == [("10000",)]
    assert len({session.pid for session in sessions}) == 4
    sessions[2].close()


def test_what_holds_the_locks_neither_listens_nor_reads(database: Database) -> None:
    """L1: in mid-result nothing but the wire's time-out ends a session."""
    ear, reads = database.listen(RINGS), database.open_log()
    assert database.guard.ask("SELECT * FROM pg_listening_channels()") == []
    assert ear.ask("SELECT * FROM pg_listening_channels()") == [(RINGS,)]
    assert len({database.guard.pid, ear.pid, reads._session.pid}) == 3


def test_what_a_role_has_set_is_not_ours(log: ChangeLog) -> None:
    """PITFALLS 51. The role's time-outs are long: short ones would end the statement that is to set others."""
    limits = {"idle_session_timeout": "10s", "idle_in_transaction_session_timeout": "10s"}
    limits |= {"statement_timeout": "0", "lock_timeout": "0"}
    options = f"{log.arguments['options']} {HOSTILE}"
    if log.own.server_version >= 170_000:
        options, limits = f"{options} -c transaction_timeout=1h", {**limits, "transaction_timeout": "0"}
    database = log.open_database(options=options)
    log.tell("ä€")
    reads = database.open_log()
    row = reads.unread(Snapshot(0)).rows[0]
    assert (row.key, row.at[:2]) == ("ä€", "20")
    assert {name: database.guard.ask(f"SHOW {name}")[0][0] for name in limits} == limits
    assert database.guard.ask("SHOW synchronous_commit") == [("on",)]
    assert database.identity().incarnation


def test_a_silent_session_is_asked_before_postgresql_ends_it(database: Database) -> None:
    answered = database.guard.answered_at
    database.guard.beat(3600.0)
    assert database.guard.answered_at == answered
    database.guard.beat(0.0)
    assert database.guard.answered_at > answered


def test_a_ring_that_comes_with_a_heartbeats_answer_is_not_swallowed(log: ChangeLog, database: Database) -> None:
    """P4."""
    ear = database.listen(RINGS)
    log.ask("SELECT pg_notify(%s, 'ring')", RINGS)
    ear.ask("SELECT 1")
    assert ear.poll() == ["ring"]


def test_a_ring_that_came_before_the_end_is_heard(log: ChangeLog, database: Database) -> None:
    """P3: and then the end, though the first poll after it returns cleanly."""
    ear = database.listen(RINGS)
    log.ask("SELECT pg_notify(%s, 'ring')", RINGS)
    select([ear], [], [], 15.0)
    log.ask("SELECT pg_terminate_backend(%s)", ear.pid)
    heard: list[str] = []

    def has_ended() -> bool:
        try:
            heard.extend(ear.poll())
        except psycopg2.Error:
            return True
        return False

    wait_until(has_ended)
    assert heard == ["ring"]


def test_a_server_without_a_word_is_not_waited_for(log: ChangeLog, postgres_wire: WireCutter) -> None:
    """PITFALLS 50; and the other sessions live on meanwhile."""
    meanwhile: list[int] = []
    arguments = {**log.arguments, **log.through(postgres_wire)}
    with Session(arguments, meanwhile=lambda: meanwhile.append(1)) as session:
        postgres_wire.hold()
        with pytest.raises(SilentServerError, match="no answer for 1 s"):
            session.ask("SELECT 1", seconds=1.0)
        assert session.is_closed
        postgres_wire.release()
    assert meanwhile


def test_two_logs_in_one_database_have_locks_of_their_own(database_url: str, database: Database) -> None:
    """D6: two schemas would share a leader, and one of the logs would never be read."""
    with ChangeLog(database_url) as another:
        other = another.open_database()
        assert database.locks.take_leader()
        assert other.locks.take_leader()
        assert database.locks.take_asleep()
        assert other.locks.take_asleep()


def test_one_of_two_takes_the_lead_and_the_other_sees_who(log: ChangeLog, database: Database) -> None:
    other = log.open_database()
    assert database.locks.leader() is None
    assert database.locks.take_leader()
    assert not other.locks.take_leader()
    assert other.locks.leader() == (database.guard.pid, database.name)
    database.close()
    wait_until(other.locks.take_leader)


def test_the_lead_is_taken_once_and_given_back_once(database: Database) -> None:
    """PITFALLS 57: a second take would need a second release; and a pooler's DISCARD ALL takes it away."""
    assert database.locks.take_leader()
    assert database.locks.take_leader()
    assert database.locks.holds_leader()
    database.guard.ask("SELECT pg_advisory_unlock_all()")
    assert not database.locks.holds_leader()


def test_asleep_is_tried_and_never_waited_for(log: ChangeLog, database: Database) -> None:
    """D3."""
    holder = log.connect(application_name="holder")
    ask(holder, "SELECT pg_advisory_lock_shared(%s)", log.asleep)
    assert not database.locks.take_asleep()
    assert database.locks.asleep_holder() == (holder.info.backend_pid, "holder")
    assert log.ask("SELECT count(*) FROM pg_locks WHERE NOT granted") == [(0,)]
    holder.close()
    wait_until(lambda: database.locks.is_asleep or database.locks.take_asleep())
    database.locks.give_asleep_back()
    database.locks.give_asleep_back()
    assert log.holders(log.asleep) == []


def test_the_sessions_of_another_listener_are_ended(log: ChangeLog, database: Database) -> None:
    """L2: and nobody else's; one condition among others ended every session that the role may end."""
    application = log.connect()
    other = log.open_database()
    pids = {other.guard.pid, other.listen(RINGS).pid}
    assert set(database.locks.end_sessions(other.name)) == pids
    with pytest.raises(psycopg2.Error):
        other.guard.ask("SELECT 1")
    assert database.guard.ask("SELECT 1") == ask(application, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("comment", ["Rowcast change log, format 99", "something else", ""])
def test_a_log_of_a_later_format_is_not_read(log: ChangeLog, comment: str) -> None:
    log.ask("COMMENT ON TABLE rowcast_log IS %s", comment)
    with pytest.raises(UnfitDatabaseError, match="this listener reads format 1 and older"):
        log.open_database()


def test_a_database_without_a_log_says_how_to_make_one(log: ChangeLog) -> None:
    with pytest.raises(UnfitDatabaseError, match=r"manage\.py migrate"):
        log.open_database(options="-c search_path=pg_catalog")
