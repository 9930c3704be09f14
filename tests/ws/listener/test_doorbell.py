"""How the leader falls asleep and wakes, step by step. That nothing is lost on the way is test_doorbell_model.py's."""

from dataclasses import replace
from typing import TypeVar

import pytest

from ws.listener.doorbell import (
    FINDS_AT_MOST,
    FULL_DRAIN_ROWS,
    LEVEL_AT_MOST,
    LOOK_AROUND_SECONDS,
    PAUSES_AT_MOST,
    REFUSALS_BY_CHANCE,
    START,
    Cause,
    Crowd,
    Drain,
    Fence,
    Pause,
    Sleep,
    Step,
    Still,
    Take,
    Traffic,
    Wait,
    Wake,
)

BUSY = 100
"""Log rows in one drain that make it busy."""
NOBODY = frozenset[str]()
WRITERS = frozenset({"3/17", "-1/730"})
BACKOFF = [0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.25, 0.25]

Kind = TypeVar("Kind", bound=Step)


def a(kind: type[Kind], step: Step) -> Kind:
    """The step, which must be of this kind."""
    assert isinstance(step, kind), f"expected {kind.__name__}, not {step}"
    return step


def fence(drain: Drain) -> Fence:
    """With ASLEEP in hand, after a drain without news."""
    return a(Fence, a(Take, drain.drained(0, 0.0)).taken(is_ours=True))


def asleep() -> Sleep:
    return a(Sleep, fence(START).drawn(NOBODY).drained(0, 0.0))


@pytest.mark.parametrize("rows", [0, 1])
def test_sparse_traffic_is_no_reason_to_stay_awake(rows: int) -> None:
    assert isinstance(START.drained(rows, 0.0), Take)


def test_who_sleeps_has_drained_after_the_fence_was_drawn() -> None:
    assert isinstance(fence(START).drawn(NOBODY).drained(1, 0.0), Sleep)


def test_who_sleeps_has_drained_after_the_fence_has_passed() -> None:
    still = a(Still, fence(START).drawn(WRITERS).drained(0, 0.0))
    assert isinstance(a(Drain, still.found(NOBODY)).drained(0, 0.0), Sleep)


def test_only_those_inside_the_fence_are_waited_for() -> None:
    still = a(Still, fence(START).drawn(WRITERS).drained(0, 0.0))
    assert isinstance(still.found(frozenset({"5/1"})), Drain)


def test_the_fence_is_looked_at_from_5_to_250_ms() -> None:
    drain, waits = fence(START).drawn(WRITERS), list[float]()
    for _ in BACKOFF:
        wait = a(Wait, a(Still, drain.drained(0, 0.0)).found(WRITERS))
        waits.append(wait.seconds)
        drain = a(Drain, wait.waited(rang=False))
    assert waits == BACKOFF


def test_a_ring_cuts_the_wait_at_the_fence_short_and_the_descent_goes_on() -> None:
    wait = a(Wait, a(Still, fence(START).drawn(WRITERS).drained(0, 0.0)).found(WRITERS))
    assert isinstance(a(Drain, wait.waited(rang=True)).drained(1, 0.0), Still)


def rung(step: Step) -> Drain:
    return a(Drain, a(Sleep, step).slept(rang=True, found=False))


def test_a_ring_is_answered_and_then_it_is_looked_for_a_crowd() -> None:
    assert isinstance(a(Crowd, rung(asleep()).drained(1, 0.0)).seen(NOBODY), Sleep)


def test_a_ring_without_news_is_no_reason_to_look_for_a_crowd() -> None:
    assert isinstance(rung(asleep()).drained(0, 0.0), Sleep)


@pytest.mark.parametrize(("later", "kind"), [(0.0, Sleep), (LOOK_AROUND_SECONDS, Crowd)])
def test_it_is_looked_for_a_crowd_ten_times_a_second_at_most(later: float, kind: type[Step]) -> None:
    step = a(Crowd, rung(asleep()).drained(1, 0.0)).seen(NOBODY)
    assert isinstance(rung(step).drained(1, later), kind)


@pytest.mark.parametrize(("writing", "kind"), [({"3/17"}, Sleep), (WRITERS, Wake)])
def test_a_crowd_is_more_than_one(writing: set[str], kind: type[Step]) -> None:
    assert isinstance(a(Crowd, rung(asleep()).drained(1, 0.0)).seen(frozenset(writing)), kind)


def test_who_was_woken_by_a_crowd_lingers() -> None:
    wake = a(Wake, a(Crowd, rung(asleep()).drained(1, 0.0)).seen(WRITERS))
    assert wake.cause is Cause.TRAFFIC
    assert a(Wait, wake.woken().drained(0, 0.0)).pause is Pause.LINGER


def test_busy_rings_wake() -> None:
    assert a(Wake, rung(asleep()).drained(BUSY, 0.0)).cause is Cause.TRAFFIC


def test_a_heartbeat_without_news_does_not_wake() -> None:
    assert asleep().slept(rang=False, found=False) == asleep()


def test_what_the_safety_poll_finds_is_its_own_only_if_no_ring_comes() -> None:
    due = a(Wait, asleep().slept(rang=False, found=True))
    assert isinstance(a(Drain, due.waited(rang=True)).drained(1, 0.0), Crowd)
    assert a(Wake, due.waited(rang=False)).cause is Cause.POLL


def test_busy_traffic_is_lingered_for_in_doubling_pauses() -> None:
    wait, waits = a(Wait, START.drained(BUSY, 0.0)), list[float]()
    for _ in range(5):
        wait = a(Wait, a(Drain, wait.waited(rang=False)).drained(0, 0.0))
        waits.append(wait.seconds)
    assert waits == [0.002, 0.004, 0.008, 0.01, 0.01]
    assert wait.pause is Pause.LINGER


@pytest.mark.parametrize(("rows", "seconds"), [(1, 0.001), (4, 0.004), (100, 0.01)])
def test_the_more_rows_come_the_longer_they_gather(rows: int, seconds: float) -> None:
    wait = a(Wait, a(Drain, a(Wait, START.drained(BUSY, 0.0)).waited(rang=False)).drained(0, 0.0))
    assert a(Wait, a(Drain, wait.waited(rang=False)).drained(rows, 0.0)).seconds == seconds


def test_after_70_ms_without_news_it_is_not_busy_any_more() -> None:
    drain = a(Drain, a(Wait, START.drained(BUSY, 0.0)).waited(rang=False))
    assert isinstance(drain.drained(0, 0.069), Wait)
    assert isinstance(drain.drained(0, 0.071), Take)


def test_a_clock_that_stands_keeps_nobody_awake() -> None:
    step = START.drained(BUSY, 0.0)
    for _ in range(PAUSES_AT_MOST):
        step = a(Drain, a(Wait, step).waited(rang=False)).drained(0, 0.0)
    assert isinstance(step, Take)


def test_who_is_behind_reads_on_without_a_pause() -> None:
    assert isinstance(START.drained(FULL_DRAIN_ROWS, 0.0), Drain)


def test_whoever_finds_busy_traffic_while_falling_asleep_stays_awake() -> None:
    wake = a(Wake, fence(START).drawn(WRITERS).drained(BUSY, 0.0))
    assert wake.cause is Cause.TRAFFIC
    assert isinstance(wake.woken().drained(0, 0.0), Wait)


def test_writers_who_slow_each_other_by_ringing_are_busy() -> None:
    drain, now = fence(START).drawn(WRITERS), 0.0
    for now in map(float, range(FINDS_AT_MOST)):
        wait = a(Wait, a(Still, drain.drained(1, now)).found(WRITERS))
        drain = a(Drain, wait.waited(rang=True))
    wake = a(Wake, drain.drained(1, now + 1))
    assert a(Wait, wake.woken().drained(0, now + 1)).memory.traffic.level == LEVEL_AT_MOST


def test_who_is_refused_asleep_goes_on_draining_from_5_to_250_ms() -> None:
    drain, waits = START, list[float]()
    for _ in BACKOFF:
        wait = a(Wait, a(Take, drain.drained(0, 0.0)).taken(is_ours=False))
        waits.append(wait.seconds)
        drain = a(Drain, wait.waited(rang=False))
    assert waits == BACKOFF


def test_a_holder_that_stays_is_told_from_one_who_looks() -> None:
    drain, blocked = START, list[bool]()
    for _ in range(REFUSALS_BY_CHANCE + 1):
        wait = a(Wait, a(Take, drain.drained(0, 0.0)).taken(is_ours=False))
        blocked.append(wait.is_blocked)
        drain = a(Drain, wait.waited(rang=True))
    assert blocked == [False] * REFUSALS_BY_CHANCE + [True]


def test_who_got_asleep_forgets_the_refusals() -> None:
    take = Take(replace(START.memory, refusals=7))
    assert a(Fence, take.taken(is_ours=True)).memory.refusals == 0


@pytest.mark.parametrize(("rate", "is_busy"), [(600, True), (250, False)])
def test_traffic_is_busy_above_a_rate(rate: int, is_busy: bool) -> None:  # noqa: FBT001 - a parameter of the test
    traffic = Traffic()
    for row in range(100):
        traffic = traffic.after(1, row / rate)
    assert traffic.is_busy is is_busy
