"""What one connection brings, however it is cut into pieces."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stress.restarts.ear import HEARTBEAT, Ear
from stress.restarts.tape import Tape, message, text_frame

CLOSE = b"\x88\x04\x03\xf4go"


def frames(first: int, last: int) -> bytes:
    return b"".join(text_frame(message(seq)) for seq in range(first, last + 1))


@pytest.fixture
def ear() -> Ear:
    return Ear(Tape())


def test_it_is_served_when_it_was_greeted_and_hears_something_new(ear: Ear) -> None:
    ear.hear(frames(7, 7))
    assert not ear.is_served
    ear.hear(HEARTBEAT)
    assert not ear.is_served
    ear.hear(frames(8, 9))
    assert ear.is_served
    assert (ear.first, ear.last, ear.heard) == (7, 9, 2)


def test_a_close_is_heard_with_its_code(ear: Ear) -> None:
    ear.hear(frames(7, 7) + HEARTBEAT + frames(8, 8) + CLOSE)
    assert (ear.close_code, ear.last, ear.fault) == (1012, 8, None)


@pytest.mark.parametrize("then", [9, 7, 6])
def test_a_gap_and_a_message_that_comes_twice_are_faults(ear: Ear, then: int) -> None:
    ear.hear(frames(6, 7) + HEARTBEAT)
    ear.hear(frames(then, then))
    assert ear.fault == f"seq {then} follows 7"


def test_a_ping_may_stand_anywhere_and_is_to_be_answered(ear: Ear) -> None:
    ear.hear(frames(7, 7) + HEARTBEAT + frames(8, 8) + b"\x89\x02hi" + frames(9, 9))
    assert (ear.pings, ear.last, ear.fault) == ([b"hi"], 9, None)


def test_what_is_no_message_is_a_fault(ear: Ear) -> None:
    ear.hear(text_frame(b"hello"))
    assert ear.fault is not None


@given(cuts=st.lists(st.integers(0, 1200), max_size=12))
def test_pieces_make_no_difference(cuts: list[int]) -> None:
    whole = frames(99, 99) + HEARTBEAT + frames(100, 104) + HEARTBEAT + frames(105, 106) + CLOSE
    ear, places = Ear(Tape()), sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    for start, end in pairwise(places):
        ear.hear(whole[start:end])
    assert (ear.first, ear.last, ear.close_code, ear.fault) == (99, 106, 1012, None)
    assert ear.is_served
