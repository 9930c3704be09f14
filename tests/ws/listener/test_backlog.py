"""The queue between the servers: first in, first out, and bounded."""

from hypothesis import given
from hypothesis import strategies as st

from ws.listener.backlog import BATCH_MESSAGES, BYTES_AT_MOST, Backlog

MESSAGES = st.lists(st.binary(max_size=12))


def test_messages_come_out_in_their_order() -> None:
    backlog = Backlog()
    backlog.add([b"one", b"two"])
    backlog.add([b"three"])
    assert backlog.batch() == [b"one", b"two", b"three"]


def test_a_batch_stays_until_it_is_forgotten() -> None:
    backlog = Backlog()
    backlog.add([b"one", b"two"])
    assert backlog.batch() == backlog.batch()
    backlog.forget(1)
    assert (backlog.batch(), len(backlog)) == ([b"two"], 1)


def test_a_batch_has_at_most_a_thousand() -> None:
    backlog = Backlog()
    messages = [b"%d" % number for number in range(BATCH_MESSAGES + 1)]
    backlog.add(messages)
    assert backlog.batch() == messages[:-1]
    backlog.forget(BATCH_MESSAGES)
    assert backlog.batch() == messages[-1:]


def test_an_empty_backlog_is_false_and_has_an_empty_batch() -> None:
    assert not Backlog()
    assert Backlog().batch() == []


def test_the_oldest_are_dropped_past_the_bound() -> None:
    backlog = Backlog(bytes_at_most=6)
    assert backlog.add([b"one", b"two"]) == 0
    assert backlog.add([b"xy"]) == 1
    assert backlog.batch() == [b"two", b"xy"]


def test_a_message_longer_than_the_bound_leaves_nothing() -> None:
    backlog = Backlog(bytes_at_most=3)
    assert backlog.add([b"a", b"long"]) == 2
    assert len(backlog) == 0


def test_forgetting_makes_room() -> None:
    backlog = Backlog(bytes_at_most=3)
    backlog.add([b"one"])
    backlog.forget(1)
    assert backlog.add([b"two"]) == 0


def test_8000_byte_notifications_by_the_thousand_fit() -> None:
    assert Backlog().add([b"a" * 8000] * (BYTES_AT_MOST // 8000)) == 0


@given(st.lists(st.tuples(MESSAGES, st.integers(0, 20))), st.integers(0, 60))
def test_it_is_a_bounded_queue(steps: list[tuple[list[bytes], int]], bound: int) -> None:
    backlog, model = Backlog(bound), list[bytes]()
    for messages, forgotten in steps:
        model += messages
        dropped = 0
        while sum(map(len, model)) > bound:
            model.pop(0)
            dropped += 1
        assert backlog.add(messages) == dropped
        assert (backlog.batch(), len(backlog)) == (model[:BATCH_MESSAGES], len(model))
        count = min(forgotten, len(model))
        backlog.forget(count)
        del model[:count]
