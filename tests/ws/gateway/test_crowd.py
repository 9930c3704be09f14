"""How many there are, in all and of one address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ws.gateway.crowd import Crowd
from ws.gateway.query import RefusedError


def status(crowd: Crowd, name: str | None = None) -> int:
    """What one more is answered."""
    try:
        if name is None:
            crowd.enter()
        else:
            crowd.enter_as(name)
    except RefusedError as error:
        return error.status
    return 101


def test_one_more_than_there_are_places_is_503_until_somebody_leaves() -> None:
    crowd = Crowd(2, None)
    assert [status(crowd) for _ in range(3)] == [101, 101, 503]
    crowd.leave(None)
    assert [status(crowd) for _ in range(2)] == [101, 503]


def test_one_more_of_an_address_than_may_be_is_429_and_others_come_in() -> None:
    crowd = Crowd(None, 2)
    assert [status(crowd, "a") for _ in range(3)] == [101, 101, 429]
    assert status(crowd, "b") == 101
    crowd.leave("a")
    assert [status(crowd, "a") for _ in range(2)] == [101, 429]


def test_a_refusal_names_its_setting() -> None:
    crowd = Crowd(0, 0)
    with pytest.raises(RefusedError, match="MAX_CLIENTS'"):
        crowd.enter()
    with pytest.raises(RefusedError, match=r"^192\.0\.2\.7 .*MAX_CLIENTS_PER_ADDRESS'"):
        crowd.enter_as("192.0.2.7")


@given(st.lists(st.sampled_from([None, "a", "b"])))
def test_nothing_is_left_of_those_who_have_left(names: list[str | None]) -> None:
    crowd = Crowd(None, None)
    for name in names:
        crowd.enter()
        if name is not None:
            crowd.enter_as(name)
    for name in reversed(names):
        crowd.leave(name)
    assert crowd == Crowd(None, None)
