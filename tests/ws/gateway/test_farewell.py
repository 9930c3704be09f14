"""By when how many clients are told to return."""

from itertools import pairwise

import pytest

from ws.gateway.farewell import told_by


def test_the_first_is_told_at_once() -> None:
    assert told_by(0.0, 2.0, 5000) == 1


@pytest.mark.parametrize("clients", [0, 1, 2, 5000])
def test_all_are_told_within_the_span(clients: int) -> None:
    assert told_by(2.0, 2.0, clients) == clients


def test_without_a_span_all_are_told_at_once() -> None:
    assert told_by(0.0, 0.0, 5000) == 5000


def test_in_each_part_of_the_span_as_many_are_told() -> None:
    told = [told_by(part * 0.1, 2.0, 5000) for part in range(20)]
    assert {after - before for before, after in pairwise(told)} <= {249, 250, 251}


def test_never_more_than_there_are() -> None:
    assert told_by(1.999999, 2.0, 3) == 3
