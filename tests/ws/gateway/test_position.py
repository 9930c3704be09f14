"""What becomes of what Redis says: everything above the position once and in order, or it is told."""

import pytest

from ws.gateway.position import NOWHERE, Cause, Entry, Position, Reading
from ws.wire.message import chunk, numbered

OLD, NEW = b"0123456789abcdef", b"fedcba9876543210"


def at(seq: int, epoch: bytes = OLD) -> Reading:
    """A reading whose position is this one."""
    reading = Reading()
    reading.joined(Position(epoch, seq))
    return reading


def messages(first: int, last: int) -> list[bytes]:
    return numbered([b'{"n": %d}' % seq for seq in range(first, last + 1)], first)


def entry(first: int, last: int, epoch: bytes = OLD) -> Entry:
    return Entry(epoch, last, chunk(messages(first, last)))


def test_a_chunk_knows_its_first_seq() -> None:
    assert [entry(7, 7).first, entry(7, 506).first] == [7, 7]


def test_what_stands_above_the_position_is_handed_out_and_moves_it() -> None:
    reading = at(4)
    finding = reading.answered(Position(OLD, 9), [entry(5, 8), entry(9, 9)])
    assert finding.chunks == [entry(5, 8).chunked, entry(9, 9).chunked]
    assert (finding.gap, finding.is_done, reading.position) == (None, True, Position(OLD, 9))
    assert reading.messages == 5


def test_of_a_chunk_that_reaches_below_the_position_only_the_rest_is_handed_out() -> None:
    reading = at(6)
    assert reading.answered(Position(OLD, 9), [entry(5, 9)]).chunks == [chunk(messages(7, 9))]
    assert reading.messages == 3


def test_it_asks_on_until_the_head_is_reached() -> None:
    reading = at(4)
    assert not reading.answered(Position(OLD, 9), [entry(5, 6)]).is_done
    assert reading.is_asking
    assert reading.answered(Position(OLD, 9), [entry(7, 9)]).is_done
    assert not reading.is_asking


def test_nothing_new_is_nothing() -> None:
    reading = at(4)
    assert reading.asks("hint")
    finding = reading.answered(Position(OLD, 4), [])
    assert (finding.chunks, finding.gap, finding.ended, finding.is_done) == ((), None, None, True)


@pytest.mark.parametrize(("first", "gone"), [(6, "5 to 5"), (9, "5 to 8")])
def test_a_trimmed_span_is_told_and_reading_goes_on_behind_it(first: int, gone: str) -> None:
    reading = at(4)
    finding = reading.answered(Position(OLD, 9), [entry(first, 9)])
    assert finding.gap == f"{gone} are no longer in the stream"
    assert finding.chunks == [entry(first, 9).chunked]
    assert (finding.is_done, reading.position) == (True, Position(OLD, 9))


def test_a_hole_in_the_middle_is_told_before_what_follows_it() -> None:
    finding = at(4).answered(Position(OLD, 9), [entry(5, 6), entry(8, 9)])
    assert (finding.gap, finding.chunks) == ("7 to 7 are no longer in the stream", [entry(8, 9).chunked])


@pytest.mark.parametrize(
    "entries", [[], [entry(5, 9, NEW)], [entry(10, 11)]], ids=["nothing", "another epoch's", "above the head"]
)
def test_a_head_without_its_stream_is_told_once(entries: list[Entry]) -> None:
    reading = at(4)
    finding = reading.answered(Position(OLD, 9), entries)
    assert (finding.gap, finding.chunks) == ("5 to 9 are no longer in the stream", [])
    assert reading.answered(Position(OLD, 9), []).gap is None


def test_another_epoch_is_read_from_its_start() -> None:
    """G3: by seq alone, what is below the old position would be dropped."""
    reading = at(100)
    finding = reading.answered(Position(NEW, 3), [])
    assert (finding.ended, finding.is_done, finding.gap) == (Position(OLD, 100), False, None)
    assert reading.position == Position(NEW, 0)
    assert reading.answered(Position(NEW, 3), [entry(1, 3, NEW)]).chunks == [entry(1, 3, NEW).chunked]


def test_another_epoch_that_is_already_above_the_old_position_is_read_from_its_start_too() -> None:
    reading = at(4)
    finding = reading.answered(Position(NEW, 9), [entry(5, 9, NEW)])
    assert (finding.chunks, reading.position) == ((), Position(NEW, 0))


def test_another_epoch_whose_start_is_gone_is_told() -> None:
    reading = at(100)
    reading.answered(Position(NEW, 9), [])
    assert reading.answered(Position(NEW, 9), [entry(4, 9, NEW)]).gap == "1 to 3 are no longer in the stream"


def test_another_epoch_that_announces_nothing_is_told() -> None:
    reading = at(100)
    finding = reading.answered(Position(NEW, 0), [])
    assert (finding.gap, finding.ended, finding.is_done) == (
        "another epoch begins, and nothing says refetch",
        Position(OLD, 100),
        True,
    )
    assert reading.position == Position(NEW, 0)


def test_a_first_epoch_needs_no_announcement() -> None:
    reading = Reading()
    reading.joined(NOWHERE)
    assert reading.answered(Position(NEW, 0), []).gap is None
    assert reading.answered(Position(NEW, 0), []).is_done


def test_a_pipeline_that_begins_later_is_read_from_its_start() -> None:
    reading = Reading()
    reading.joined(NOWHERE)
    assert not reading.has_pipeline
    reading.answered(Position(NEW, 2), [entry(1, 2, NEW)])
    assert reading.answered(Position(NEW, 2), [entry(1, 2, NEW)]).chunks == [entry(1, 2, NEW).chunked]
    assert reading.has_pipeline


def test_a_head_below_the_position_is_told() -> None:
    """G3: the same numbers may be given to other messages."""
    reading = at(100)
    finding = reading.answered(Position(OLD, 90), [])
    assert finding.gap == "Redis went back from 100 to 90"
    assert reading.position == Position(OLD, 90)


def test_a_head_that_is_gone_is_told_once() -> None:
    reading = at(100)
    assert reading.answered(NOWHERE, []).gap == "the stream is gone"
    assert not reading.has_pipeline
    assert reading.answered(NOWHERE, []).gap is None


def test_one_question_at_a_time() -> None:
    reading = at(4)
    assert [reading.asks("hint"), reading.asks("hint"), reading.asks("poll")] == [True, False, False]
    reading.answered(Position(OLD, 4), [])
    assert reading.asks("hint")


def test_nobody_asks_before_it_is_known_where_to_begin() -> None:
    reading = Reading()
    assert [reading.asks("hint"), reading.is_asking] == [False, False]
    assert not reading.joined(Position(OLD, 4))
    assert reading.asks("hint")


def test_a_lost_connection_takes_the_question_with_it() -> None:
    reading = at(4)
    reading.asks("hint")
    reading.interrupted()
    assert reading.asks("resume")


@pytest.mark.parametrize(
    ("first", "second", "cause"), [("poll", "hint", "hint"), ("resume", "hint", "resume"), ("hint", "poll", "hint")]
)
def test_what_is_hinted_at_while_it_is_looked_for_is_no_find_of_the_polls(
    first: Cause, second: Cause, cause: Cause
) -> None:
    reading = at(4)
    reading.asks(first)
    reading.asks(second)
    assert reading.cause == cause


def test_later_joiners_leave_the_position_and_say_whether_the_head_is_elsewhere() -> None:
    reading = at(4)
    assert [reading.joined(Position(OLD, 4)), reading.joined(Position(OLD, 5)), reading.joined(NOWHERE)] == [
        False,
        True,
        True,
    ]
    assert reading.position == Position(OLD, 4)


@pytest.mark.parametrize(
    ("seq", "epoch", "is_next"), [(4, OLD, True), (5, OLD, False), (3, OLD, False), (4, NEW, False)]
)
def test_a_kept_message_of_the_pipeline_is_one_that_the_stream_goes_on_from(
    seq: int, epoch: bytes, *, is_next: bool
) -> None:
    (kept,) = messages(seq, seq)
    assert at(4).is_next_to(kept, Position(epoch, seq)) is is_next


@pytest.mark.parametrize("head", [Position(OLD, 4), Position(NEW, 9), NOWHERE])
def test_a_kept_message_of_somebody_else_is_none_of_the_streams(head: Position) -> None:
    assert at(4).is_next_to(b"somebody's", head)


def test_a_glance_at_the_stream_alone_is_enough_for_what_follows_the_position() -> None:
    reading = at(4)
    reading.asks("hint")
    finding = reading.glanced([entry(5, 6), entry(7, 7)], 4)
    assert finding is not None
    assert (finding.chunks, finding.is_done) == ([entry(5, 6).chunked, entry(7, 7).chunked], True)
    assert (reading.position, reading.is_asking, reading.messages) == (Position(OLD, 7), False, 3)


def test_a_glance_that_finds_as_much_as_it_may_asks_on() -> None:
    reading = at(4)
    reading.asks("hint")
    finding = reading.glanced([entry(5, 6), entry(7, 7)], 2)
    assert finding is not None
    assert (finding.is_done, reading.is_asking) == (False, True)


@pytest.mark.parametrize(
    "entries",
    [[], [entry(6, 9)], [entry(5, 9, NEW)], [entry(5, 6), entry(7, 9, NEW)]],
    ids=["nothing", "a gap", "another epoch", "another epoch behind it"],
)
def test_a_glance_that_finds_anything_else_needs_the_head(entries: list[Entry]) -> None:
    reading = at(4)
    reading.asks("hint")
    assert reading.glanced(entries, 4) is None
    assert (reading.position, reading.is_asking) == (Position(OLD, 4), True)
