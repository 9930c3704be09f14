"""When a ticket is good: a short while, on one facility."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ws.gateway.tickets import SKEW_SECONDS, Holder, Ticket, TicketError, make, read, remembered_seconds

ISSUED, SECONDS = 1_800_000_000.25, 30.0
TICKET = Ticket(Holder("7", "site.Backend", "digest"), "sky", ISSUED, "nonce")


def refusal(said: object, *, facility: str = "sky", age: float = 0.0) -> str:
    with pytest.raises(TicketError) as caught:
        read(said, facility, ISSUED + age, SECONDS)
    return caught.value.reason


@given(st.builds(Ticket, st.builds(Holder, st.text(), st.text(), st.text()), st.text(), st.floats(0, 2e9), st.text()))
def test_what_was_made_is_read_after_json(ticket: Ticket) -> None:
    assert read(json.loads(json.dumps(make(ticket))), ticket.facility, ticket.issued_at, SECONDS) == ticket


@pytest.mark.parametrize("age", [0.0, SECONDS, -SKEW_SECONDS])
def test_it_is_good_for_its_seconds_and_for_clocks_that_differ_a_little(age: float) -> None:
    assert read(make(TICKET), "sky", ISSUED + age, SECONDS) == TICKET


def test_it_expires() -> None:
    assert refusal(make(TICKET), age=SECONDS + 1) == "it is 31 s old, of 30"


def test_one_from_the_future_says_that_the_clocks_differ() -> None:
    assert refusal(make(TICKET), age=-60) == "it was issued 60 s from now: the clocks differ"


@pytest.mark.parametrize("facility", ["", "sk", "sky/", "SKY"])
def test_it_is_good_on_its_facility_alone(facility: str) -> None:
    assert refusal(make(TICKET), facility=facility) == f"it is for the facility 'sky', not {facility!r}"


@pytest.mark.parametrize(
    "said", [None, {}, [], "text", [*make(TICKET), "more"], make(TICKET)[:-1], [1, *make(TICKET)[1:]]]
)
def test_what_says_something_else_is_none(said: object) -> None:
    assert refusal(said) == "it does not say what a ticket says"


def test_a_used_one_is_known_until_it_is_good_by_no_clock() -> None:
    first_use, slow_clock = ISSUED - SKEW_SECONDS, -SKEW_SECONDS
    forgotten = first_use + remembered_seconds(SECONDS)
    assert forgotten + slow_clock >= ISSUED + SECONDS - SKEW_SECONDS
