"""A log gets the first few lines of a kind, and a count of the rest: nothing is written twice, nothing uncounted."""

from hypothesis import given
from hypothesis import strategies as st

from ws.log_pace import LogPace


def written(pace: LogPace[str], *at: float, kind: str = "a") -> list[bool]:
    return [pace.is_written(kind, now) for now in at]


def test_the_first_few_are_written_at_once() -> None:
    assert written(LogPace(2, 10.0), 0.0, 0.0, 0.0) == [True, True, False]


def test_what_was_not_written_is_counted_when_its_spell_is_over() -> None:
    pace = LogPace[str](2, 10.0)
    written(pace, *[1.0] * 10_000)
    assert list(pace.over(10.9)) == []
    assert list(pace.over(11.0)) == [("a", 9_998)]
    assert list(pace.over(99.0)) == []


def test_then_the_next_is_written_again() -> None:
    pace = LogPace[str](1, 10.0)
    written(pace, 0.0, 0.0)
    assert list(pace.over(10.0)) == [("a", 1)]
    assert written(pace, 10.0) == [True]


def test_kinds_do_not_hide_one_another() -> None:
    pace = LogPace[str](1, 10.0)
    assert written(pace, 0.0, 0.0) == [True, False]
    assert written(pace, 0.0, kind="b") == [True]


def test_it_says_when_there_will_be_something_to_tell() -> None:
    pace = LogPace[str](1, 10.0)
    written(pace, 0.0)
    assert pace.next_end() is None
    written(pace, 3.0)
    assert pace.next_end() == 10.0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0.0, 5.0))), st.integers(1, 3))
def test_each_is_written_or_counted_and_few_are_written(steps: list[tuple[str, float]], lines_at_most: int) -> None:
    pace, now, count, lines = LogPace[str](lines_at_most, 10.0), 0.0, 0, 0
    for kind, pause in steps:
        now += pause
        count += sum(untold for _, untold in pace.over(now))
        lines += pace.is_written(kind, now)
    count += sum(untold for _, untold in pace.over(float("inf")))
    assert lines + count == len(steps)
    assert lines <= 3 * lines_at_most * (now / 10.0 + 1)
