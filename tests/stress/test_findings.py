"""The table of the numbers to reach."""

import pytest

from stress.findings import Finding, Goal, compared, ratios, table, turns

SHARE = Goal("commits", "%", (0.6, 0.7, 0.85))
NONE = Goal("queries", "", (0.0, None, None), is_ceiling=True)
BESIDE = Goal("commits beside a peer", "%", (None, None, None))
TIME = Goal("latency", "ms", (2.0, 1.0, None), is_ceiling=True)


@pytest.mark.parametrize(
    ("goal", "value", "reached"),
    [
        (SHARE, 0.59, "SHORT"),
        (SHARE, 0.6, "must"),
        (SHARE, 0.7, "aim"),
        (SHARE, 0.9, "stretch"),
        (TIME, 2.1, "SHORT"),
        (TIME, 2.0, "must"),
        (TIME, 0.2, "aim"),
        (NONE, 0.0, "must"),
        (BESIDE, 0.8, ""),
    ],
)
def test_the_strongest_level_that_is_reached_is_named(goal: Goal, value: float, reached: str) -> None:
    assert goal.reached(value) == reached


def test_values_have_their_units() -> None:
    assert SHARE.told(0.724) == "72 %"
    assert TIME.told(1.234) == "1.23 ms"
    assert Goal("rows", "rows/s", (None, None, None)).told(15_000.4) == "15,000 rows/s"
    assert [Goal("part", "1/×").told(value) for value in (0.05, 1.5)] == ["1/20.0", "1.50 ×"]


def test_every_second_round_goes_backwards() -> None:
    assert turns("AB", 3) == ["AB", "BA", "AB"]


def test_a_comparison_is_the_median_of_the_rounds_ratios() -> None:
    assert ratios([1.0, 3.0], [2.0, 2.0]) == [0.5, 1.5]
    found = compared(SHARE, [60.0, 70.0, 90.0], [100.0, 100.0, 100.0], "on paper")
    assert (found.value, found.note) == (0.7, "60 % to 90 % in 3 rounds; on paper")


def test_the_table_is_markdown() -> None:
    heading, _, row, _ = table([Finding(TIME, 0.5, "200 commits"), Finding(SHARE, 0.9, "")]).splitlines()
    assert heading == "| measure | measured | reached | must | aim | stretch | with |"
    assert row == "| latency | 0.50 ms | aim | ≤ 2.00 ms | ≤ 1.00 ms |  | 200 commits |"


def test_a_level_that_nothing_has_is_left_out() -> None:
    heading, _, row = table([Finding(TIME, 0.5, "200 commits")]).splitlines()
    assert heading == "| measure | measured | reached | must | aim | with |"
    assert row == "| latency | 0.50 ms | aim | ≤ 2.00 ms | ≤ 1.00 ms | 200 commits |"


def test_a_value_that_shows_nothing_reaches_nothing() -> None:
    assert "| 0.50 ms | SHORT |" in table([Finding(TIME, 0.5, "10 missing", is_void=True)])
