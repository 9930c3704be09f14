"""Waiting before the next attempt: it doubles, it is bounded, and chance spreads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ws.backoff import FIRST_SECONDS, LONGEST_SECONDS, backoff_seconds


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 0.1), (2, 0.2), (3, 0.4), (6, 3.2), (7, 5.0), (8, 5.0)])
def test_the_longest_wait_doubles_up_to_five_seconds(attempt: int, seconds: float) -> None:
    assert backoff_seconds(attempt, 1.0) == pytest.approx(seconds)


def test_chance_spreads_the_upper_half() -> None:
    assert backoff_seconds(1, 0.0) == FIRST_SECONDS / 2
    assert backoff_seconds(1, 0.5) == FIRST_SECONDS * 3 / 4


@given(st.integers(1, 10**9), st.floats(0, 1))
def test_any_attempt_waits_a_little_and_never_long(attempt: int, chance: float) -> None:
    assert FIRST_SECONDS / 2 <= backoff_seconds(attempt, chance) <= LONGEST_SECONDS


@given(st.integers(1, 100), st.floats(0, 1))
def test_a_later_attempt_never_waits_shorter(attempt: int, chance: float) -> None:
    assert backoff_seconds(attempt + 1, chance) >= backoff_seconds(attempt, chance)
