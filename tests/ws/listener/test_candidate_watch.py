"""How long the leader's heartbeat has stood still, as a standby sees it."""

from ws.listener.candidate import STALE_SECONDS, Watch
from ws.listener.step import LEASE_SECONDS


def test_a_leader_that_moves_is_never_stale() -> None:
    watch = Watch(0.0)
    assert all(watch.look(f"leader/{beat}", beat * 3.0) == 0.0 for beat in range(10))


def test_a_leader_that_stands_still_is_stale_since_its_last_move() -> None:
    watch = Watch(0.0)
    watch.look("leader/1", 1.0)
    watch.look("leader/2", 4.0)
    assert [watch.look("leader/2", now) for now in (5.5, 7.0, 14.0)] == [1.5, 3.0, 10.0]


def test_a_heartbeat_that_ran_out_is_no_move() -> None:
    """Redis forgets it after ten seconds: that must not give a leader that was stopped ten more."""
    watch = Watch(0.0)
    watch.look("leader/1", 0.0)
    watch.look("leader/1", LEASE_SECONDS - 0.5)
    assert watch.look(None, LEASE_SECONDS) >= STALE_SECONDS


def test_a_leader_that_was_never_heard_is_stale_since_we_look() -> None:
    watch = Watch(100.0)
    assert [watch.look(None, now) for now in (101.0, 110.0)] == [1.0, 10.0]


def test_who_could_not_look_counts_anew() -> None:
    """With Redis away nobody can say that it moves."""
    watch = Watch(0.0)
    watch.look("leader/1", 0.0)
    watch.look_away(9.0)
    assert watch.look("leader/1", 10.5) == 1.5


def test_it_looks_twice_a_heartbeat() -> None:
    watch = Watch(0.0)
    assert watch.is_due(0.0)
    watch.look("leader/1", 0.0)
    assert [watch.is_due(now) for now in (1.0, 1.5)] == [False, True]
    watch.look_away(1.5)
    assert [watch.is_due(now) for now in (2.5, 3.0)] == [False, True]
