"""Who stands where: what happens, and what is ordered then."""

import pytest

from ws.keeper.roster import END_SECONDS, START_SECONDS, STEADY_SECONDS, Order, Orders, Phase, Roster, Verb, Worker


def verbs(orders: Orders) -> list[Verb]:
    return [order.verb for order in orders]


def started(orders: Orders) -> list[Worker]:
    return [order.worker for order in orders if order.verb is Verb.START and order.worker is not None]


def drained(orders: Orders) -> list[Worker]:
    return [order.worker for order in orders if order.verb is Verb.DRAIN and order.worker is not None]


@pytest.fixture
def roster() -> Roster:
    """Two places, both starting."""
    return Roster(2)


@pytest.fixture
def workers(roster: Roster) -> list[Worker]:
    return started(roster.begin(0.0))


@pytest.fixture
def running(roster: Roster, workers: list[Worker]) -> list[Worker]:
    """Both are ready."""
    assert roster.ready(workers[0], 1.0) == []
    assert roster.ready(workers[1], 1.0) == [Order(Verb.SAY_READY)]
    return workers


def test_it_is_ready_when_all_are(roster: Roster, running: list[Worker]) -> None:
    assert roster.phase is Phase.RUNNING
    assert [worker.place for worker in running] == [1, 2]
    assert roster.next_at() is None


def test_one_that_does_not_start_at_the_beginning_ends_all(roster: Roster, workers: list[Worker]) -> None:
    orders = roster.ended(workers[0], 1.0, 0.0)
    assert orders[0] == Order(Verb.FAIL, workers[0])
    assert workers[1] in drained(orders)
    assert roster.leaving == {workers[1]}
    assert roster.ended(workers[1], 2.0, 0.0) == []
    assert roster.leaving == set()


def test_one_that_is_lost_is_replaced_after_a_while(roster: Roster, running: list[Worker]) -> None:
    (lost,) = roster.ended(running[0], 2.0, 1.0)
    assert (lost.verb, lost.worker) == (Verb.SAY_LOST, running[0])
    assert roster.next_at() == 2.0 + lost.seconds
    assert roster.due(2.0) == []
    (successor,) = started(roster.due(2.0 + lost.seconds))
    assert successor.place == 1
    assert roster.ready(successor, 3.0) == [Order(Verb.SAY_REPLACED, successor)]


def test_each_loss_soon_after_the_last_one_waits_longer(roster: Roster, running: list[Worker]) -> None:
    worker, waits, now = running[0], [], 2.0
    for _ in range(8):
        (lost,) = roster.ended(worker, now, 1.0)
        waits.append(lost.seconds)
        now += lost.seconds
        (worker,) = started(roster.due(now))
    assert waits == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    roster.ready(worker, now)
    (lost,) = roster.ended(worker, now + STEADY_SECONDS + 1.0, 1.0)
    assert lost.seconds == 0.1


def test_one_that_accepts_nobody_any_more_is_replaced_before_it_has_ended(
    roster: Roster, running: list[Worker]
) -> None:
    (lost,) = roster.left(running[0], 2.0, 1.0)
    assert lost.verb is Verb.SAY_LOST
    assert started(roster.due(2.0 + lost.seconds))
    assert roster.ended(running[0], 5.0, 1.0) == []


def test_the_old_ones_go_on_until_all_new_ones_are_ready(roster: Roster, running: list[Worker]) -> None:
    orders = roster.reload(2.0)
    assert verbs(orders) == [Verb.SAY_RELOADING, Verb.START, Verb.START]
    new = started(orders)
    assert roster.ready(new[1], 3.0) == []
    orders = roster.ready(new[0], 4.0)
    assert orders[0] == Order(Verb.SAY_RELOADED)
    assert drained(orders) == running
    assert roster.workers() == new


def test_the_first_of_the_new_ones_checks_for_all(roster: Roster, running: list[Worker]) -> None:
    assert not any(worker.is_to_check for worker in running)
    assert [worker.is_to_check for worker in started(roster.reload(2.0))] == [True, False]


def test_a_new_one_that_does_not_start_leaves_the_old_ones(roster: Roster, running: list[Worker]) -> None:
    new = started(roster.reload(2.0))
    roster.ready(new[0], 3.0)
    orders = roster.ended(new[1], 3.0, 0.0)
    assert orders == [Order(Verb.SAY_RELOAD_FAILED, new[1]), Order(Verb.DRAIN, new[0])]
    assert roster.workers() == running
    assert roster.ended(new[0], 4.0, 0.0) == []
    assert verbs(roster.reload(5.0))[0] is Verb.SAY_RELOADING


def test_asked_again_meanwhile_it_is_done_once_more(roster: Roster, running: list[Worker]) -> None:
    new = started(roster.reload(2.0))
    assert roster.reload(2.0) == []
    assert roster.reload(2.1) == []
    roster.ready(new[0], 3.0)
    orders = roster.ready(new[1], 3.0)
    assert drained(orders) == running
    newest = started(orders)
    assert [worker.place for worker in newest] == [1, 2]
    roster.ready(newest[0], 4.0)
    orders = roster.ready(newest[1], 4.0)
    assert (drained(orders), started(orders)) == (new, [])


def test_asked_while_they_start_it_is_done_afterwards(roster: Roster, workers: list[Worker]) -> None:
    assert roster.reload(0.5) == []
    roster.ready(workers[0], 1.0)
    assert verbs(roster.ready(workers[1], 1.0))[:2] == [Verb.SAY_READY, Verb.SAY_RELOADING]


def test_an_old_one_that_is_lost_during_a_reload_is_replaced(roster: Roster, running: list[Worker]) -> None:
    new = started(roster.reload(2.0))
    (lost,) = roster.ended(running[0], 2.0, 1.0)
    (between,) = started(roster.due(2.0 + lost.seconds))
    roster.ready(new[0], 3.0)
    assert drained(roster.ready(new[1], 3.0)) == [between, running[1]]
    assert roster.workers() == new


def test_stopping_ends_all_of_them(roster: Roster, running: list[Worker]) -> None:
    new = started(roster.reload(2.0))
    assert set(drained(roster.stop(3.0))) == {*running, *new}
    assert roster.phase is Phase.STOPPING
    assert roster.ready(new[0], 3.0) == []
    assert roster.reload(3.0) == []
    for worker in (*running, *new):
        assert roster.ended(worker, 4.0, 0.0) == []
    assert roster.leaving == set()


def test_one_that_neither_starts_nor_fails_is_killed(roster: Roster, workers: list[Worker]) -> None:
    assert roster.next_at() == START_SECONDS
    assert roster.due(START_SECONDS) == [Order(Verb.KILL, worker, START_SECONDS) for worker in workers]


def test_one_that_does_not_end_in_time_is_killed(roster: Roster, running: list[Worker]) -> None:
    running[0].drain_seconds = 4.0
    roster.stop(2.0)
    roster.ended(running[1], 2.0, 0.0)
    assert roster.due(2.0 + END_SECONDS) == []
    assert roster.due(6.0 + END_SECONDS) == [Order(Verb.KILL, running[0], 4.0 + END_SECONDS)]
