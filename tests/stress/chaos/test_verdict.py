from random import Random

from hypothesis import given
from hypothesis import strategies as st

from stress.chaos.changes import RowChange
from stress.chaos.reception import Reception
from stress.chaos.verdict import differences
from tests.stress.chaos.telling import ROWS, announcement, connected, hear, tale, text

randoms = st.randoms(use_true_random=False)
lengths = st.integers(2, 40)


@given(randoms, lengths)
def test_a_client_that_came_late_and_heard_the_rest_differs_in_nothing(random: Random, length: int) -> None:
    told = tale(random, length)
    late = random.randrange(length)
    reception = hear(connected(told.seen(late)), told.texts[late:])
    assert list(differences(told.ledger, reception.segments, "client")) == []


@given(randoms, lengths)
def test_hearing_what_it_has_seen_too_is_no_difference(random: Random, length: int) -> None:
    told = tale(random, length)
    joined = random.randrange(length)
    looked = random.randrange(joined, length)
    reception = hear(connected(told.seen(looked)), told.texts[joined:])
    assert list(differences(told.ledger, reception.segments, "client")) == []


@given(randoms, lengths)
def test_a_tail_that_was_lost_is_missing(random: Random, length: int) -> None:
    told = tale(random, length)
    reception = hear(connected([0] * ROWS), told.texts[:-1])
    change = told.changes[-1]
    (text,) = differences(told.ledger, reception.segments, "client")
    assert text == f"client: changes {change.number} to {change.number} of row {change.row} were not heard"


@given(randoms, lengths)
def test_what_was_lost_between_the_look_and_the_first_message_is_missing(random: Random, length: int) -> None:
    told = tale(random, length)
    looked = random.randrange(length - 1)
    reception = hear(connected(told.seen(looked)), told.texts[looked + 1 :])
    lost = told.changes[looked]
    (text,) = differences(told.ledger, reception.segments, "client")
    assert f"of row {lost.row} w" in text


def test_a_change_that_was_never_committed_is_told() -> None:
    told = tale(Random("1"), 3)
    ghost = RowChange(told.changes[-1].row, told.changes[-1].number + 1, "updated")
    reception = hear(connected([0] * ROWS), [*told.texts, text(ghost, 4)])
    found = list(differences(told.ledger, reception.segments, "client"))
    assert found == [f"client: {ghost} was heard, and never committed (segment 1, which a connection opened)"]


def test_what_an_ended_segment_did_not_hear_the_next_look_finds() -> None:
    told = tale(Random("1"), 9)
    reception = hear(connected([0] * ROWS), told.texts[:3])
    reception.hear(announcement("00aa"))
    reception.segment.seen = told.seen(9)
    assert list(differences(told.ledger, reception.segments, "client")) == []


def test_who_does_not_look_must_hear_the_last_change_of_the_rows_it_knows() -> None:
    told = tale(Random("1"), 9)
    reception = Reception("stream")
    reception.connected()
    hear(reception, told.texts)
    assert list(differences(told.ledger, reception.segments, "stream")) == []
    told.ledger.add(10, "updated", [told.changes[0].row], [told.ledger.last[told.changes[0].row] + 1])
    assert len(list(differences(told.ledger, reception.segments, "stream"))) == 1
