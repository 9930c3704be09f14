from random import Random

from hypothesis import given
from hypothesis import strategies as st

from stress.chaos.transactions import (
    EBB_SECONDS,
    FLOOD_SECONDS,
    SLACK_SECONDS,
    Ending,
    Habit,
    Savepoint,
    Statement,
    Tide,
    Transaction,
    is_relaxed,
    numbers,
    tide,
    transaction,
)

ROWS = 400
randoms = st.randoms(use_true_random=False)
writers = st.tuples(st.sampled_from(Habit), st.sampled_from(Tide))


def statements(planned: Transaction) -> list[Statement]:
    """All of them, in or out of savepoints."""
    parts = [part.statements if isinstance(part, Savepoint) else [part] for part in planned.parts]
    return [statement for part in parts for statement in part]


@given(randoms, writers)
def test_rows_are_within_the_table_and_in_order(random: Random, writer: tuple[Habit, Tide]) -> None:
    for statement in statements(transaction(random, *writer, ROWS)):
        assert list(statement.rows) == sorted(set(statement.rows))
        assert statement.rows
        assert 0 <= statement.rows[0] <= statement.rows[-1] < ROWS


@given(randoms, writers)
def test_only_two_phase_writers_prepare(random: Random, writer: tuple[Habit, Tide]) -> None:
    planned = transaction(random, *writer, ROWS)
    assert planned.ending.is_prepared == (writer[0] is Habit.TWO_PHASE)


@given(randoms)
def test_brisk_transactions_are_not_held_open(random: Random) -> None:
    assert transaction(random, Habit.BRISK, Tide.FLOOD, ROWS).open_seconds == 0.0


def test_everything_occurs() -> None:
    random = Random("everything")
    plans = [transaction(random, habit, Tide.FLOOD, ROWS) for habit in Habit for _ in range(500)]
    savepoints = [part for planned in plans for part in planned.parts if isinstance(part, Savepoint)]
    assert {planned.ending for planned in plans} == set(Ending)
    assert {savepoint.is_rolled_back for savepoint in savepoints} == {True, False}
    assert {planned.is_synchronous for planned in plans} == {True, False}
    assert max(len(statement.rows) for planned in plans for statement in statements(planned)) > ROWS / 2


def test_the_tide_comes_and_goes() -> None:
    assert tide(FLOOD_SECONDS / 2) is Tide.FLOOD
    assert tide(FLOOD_SECONDS + EBB_SECONDS / 2) is Tide.EBB
    assert tide(FLOOD_SECONDS + EBB_SECONDS + SLACK_SECONDS / 2) is Tide.SLACK
    assert tide(FLOOD_SECONDS + EBB_SECONDS + SLACK_SECONDS) is Tide.FLOOD


def test_now_and_then_nobody_waits_for_the_disk() -> None:
    relaxed = [seconds for seconds in range(600) if is_relaxed(seconds)]
    assert 100 < len(relaxed) < 300
    plans = [transaction(Random(seed), habit, Tide.FLOOD, ROWS, relaxed=True) for seed in range(99) for habit in Habit]
    assert not any(planned.is_synchronous for planned in plans)


def test_no_two_writers_share_a_number() -> None:
    one, other = numbers(0), numbers(1)
    assert not {next(one) for _ in range(1000)} & {next(other) for _ in range(1000)}
