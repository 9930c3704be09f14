from random import Random

from hypothesis import given
from hypothesis import strategies as st

from stress.chaos.changes import RowChange
from stress.chaos.reception import Reception
from tests.stress.chaos.telling import ROWS, announcement, connected, hear, tale, text

randoms = st.randoms(use_true_random=False)
lengths = st.integers(2, 40)


@given(randoms, lengths)
def test_everything_once_and_in_order_is_no_fault(random: Random, length: int) -> None:
    told = tale(random, length)
    reception = hear(connected([0] * ROWS), told.texts)
    assert reception.faults == []
    assert list(reception.segment.changes()) == told.changes
    assert reception.segment.has_reached(told.ledger.last)


@given(randoms, lengths)
def test_a_lost_message_is_a_gap(random: Random, length: int) -> None:
    told = tale(random, length)
    lost = random.randrange(1, length - 1) if length > 2 else 0
    reception = hear(connected([0] * ROWS, told.texts[0]), [*told.texts[1:lost], *told.texts[lost + 1 :]])
    assert any("follows" in fault for fault in reception.faults) == (0 < lost < length - 1)


@given(randoms, lengths)
def test_a_message_that_comes_twice_is_found(random: Random, length: int) -> None:
    told = tale(random, length)
    twice = random.randrange(length)
    reception = hear(connected([0] * ROWS), [*told.texts[: twice + 1], *told.texts[twice:]])
    assert reception.faults


@given(randoms, lengths)
def test_a_change_lost_before_it_was_numbered_is_found(random: Random, length: int) -> None:
    told = tale(random, length)
    lost = random.randrange(length)
    left = [*told.changes[:lost], *told.changes[lost + 1 :]]
    reception = hear(connected([0] * ROWS), [text(change, seq) for seq, change in enumerate(left, 1)])
    heard_around = [other.row == told.changes[lost].row for other in left]
    is_between = any(heard_around[:lost]) and any(heard_around[lost:])
    assert any("comes after" in fault for fault in reception.faults) == is_between


def test_an_epoch_opens_a_segment_and_begins_with_one() -> None:
    reception = hear(connected([0] * ROWS), [text(RowChange(0, 1, "created"), 9)])
    segment = reception.hear(announcement("00aa"))
    assert segment is reception.segment
    hear(reception, [text(RowChange(0, 3, "updated"), 2)])
    assert (reception.faults, reception.epochs, len(reception.segments)) == ([], ["00aa"], 2)


def test_a_change_heard_in_two_epochs_is_a_fault() -> None:
    reception = hear(connected([0] * ROWS), [text(RowChange(0, 4, "updated"), 9), announcement("00aa")])
    hear(reception, [text(RowChange(0, 4, "updated"), 2)])
    assert "change 4 of row 0 (updated) was heard in an earlier segment" in reception.faults[0]


def test_what_follows_a_kept_message_follows_its_seq() -> None:
    kept = text(RowChange(0, 4, "updated"), 9)
    assert hear(connected([4] * ROWS, kept), [text(RowChange(0, 5, "updated"), 10)]).faults == []
    assert hear(connected([4] * ROWS, kept), [text(RowChange(0, 4, "updated"), 9)]).faults


def test_several_messages_before_the_greeting_follow_each_other_too() -> None:
    reception = connected([4] * ROWS, text(RowChange(0, 4, "updated"), 9))
    reception.keep(text(RowChange(0, 5, "updated"), 10))
    assert reception.faults == []
    reception.keep(text(RowChange(0, 6, "updated"), 12))
    assert len(reception.faults) == 1


def test_heartbeats_and_foreign_words_are_nothing() -> None:
    assert hear(Reception("client"), ["--heartbeat--", "hello"]).messages == 0


def test_what_has_not_been_looked_at_is_not_reached() -> None:
    reception = Reception("client")
    reception.connected()
    assert not reception.segment.has_reached([0] * ROWS)
