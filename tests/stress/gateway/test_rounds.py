"""What the rounds of a measure have found, of each server."""

from stress.findings import Goal
from stress.gateway.rounds import Rounds, alone, beside, named

COST = Goal("cost", "µs", (2.0, 1.0, None), is_ceiling=True)
RATIO = Goal("cost beside a peer", "×", (1.5, 1.2, None), is_ceiling=True)
OURS = Rounds("ours", [1.0, 3.0, 2.0], ["", "", ""])
PEER = Rounds("peer", [1.0, 2.0, 2.0], ["", "", ""])
LOSSY = Rounds("lossy", [1.0, 1.0, 1.0], ["", "10 missing", "20 missing"])


def test_a_figure_is_the_median_of_the_rounds() -> None:
    found = alone(COST, OURS)
    assert (found.value, found.note, found.is_void) == (2.0, "1.00 µs to 3.00 µs in 3 rounds; ours", False)


def test_a_ratio_is_taken_within_a_round() -> None:
    (found,) = beside(RATIO, OURS, PEER, 1)
    assert found.value == 1.0
    assert found.note == "1.00 × to 1.50 × in 3 rounds; ours 2.0, peer 2.0"


def test_a_peer_that_was_not_measured_makes_no_row() -> None:
    assert not list(beside(RATIO, OURS, named([OURS, PEER], "absent"), 1))
    assert named([OURS, PEER], "peer") is PEER


def test_where_something_of_ours_is_missing_nothing_is_reached() -> None:
    found = alone(COST, LOSSY)
    assert (found.is_void, found.note) == (True, "FAILED: 10 missing; 1.00 µs to 1.00 µs in 3 rounds; lossy")


def test_what_a_peer_loses_is_told_and_does_not_count_against_us() -> None:
    (found,) = beside(RATIO, OURS, LOSSY, 1)
    assert not found.is_void
    assert found.note.endswith("lossy FAILED: 10 missing")


def test_a_cell_has_the_least_and_the_greatest() -> None:
    assert OURS.told(0) == "2 (1 to 3)"
    assert LOSSY.told(1) == "1.0 (1.0 to 1.0); FAILED: 10 missing"
