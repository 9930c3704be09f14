"""Which leaves are to be emptied: what is read and old, and what the limits of the log ask for."""

import pytest

from ws.listener.retention import Leaf, Limits, due

LIMITS = Limits(retention_seconds=3600, bytes_at_most=1000, seconds_at_most=86_400)


def leaf(number: int, age_seconds: float | None, size: int = 100, *, is_unread: bool = False) -> Leaf:
    return Leaf(f"rowcast_log_{number}", age_seconds, size, is_unread)


def names(*leaves: Leaf) -> list[str]:
    return [chosen.name.removeprefix("rowcast_log_") for chosen in due(leaves, LIMITS)]


def test_an_empty_leaf_stays() -> None:
    assert names(leaf(0, None, size=8192)) == []


@pytest.mark.parametrize(("age_seconds", "chosen"), [(3599, []), (3601, ["0"])])
def test_what_was_read_goes_when_it_is_old(age_seconds: float, chosen: list[str]) -> None:
    assert names(leaf(0, age_seconds)) == chosen


def test_what_nobody_has_read_stays() -> None:
    """C7: a listener that was away for a day finds all of it."""
    assert names(leaf(0, 86_399, is_unread=True), leaf(1, 7200, is_unread=True)) == []


def test_what_nobody_has_read_goes_when_it_is_too_old() -> None:
    assert names(leaf(0, 5, is_unread=True), leaf(1, 86_401, is_unread=True)) == ["1"]


def test_of_what_is_too_large_that_which_was_read_goes_first() -> None:
    assert names(leaf(0, 50, 600, is_unread=True), leaf(1, 30, 500), leaf(2, 40, 300, is_unread=True)) == ["1"]


def test_of_what_is_too_large_and_unread_the_oldest_goes_first() -> None:
    unread = [leaf(number, age, 600, is_unread=True) for number, age in enumerate([20, 40, 10])]
    assert names(*unread) == ["1", "0"]


def test_no_more_goes_than_makes_it_small_enough() -> None:
    assert names(leaf(0, 20, 600), leaf(1, 10, 400)) == []
    assert names(leaf(0, 20, 600), leaf(1, 10, 401)) == ["0"]


def test_what_goes_for_its_age_counts_no_more() -> None:
    assert names(leaf(0, 7200, 900), leaf(1, 20, 900, is_unread=True)) == ["0"]
