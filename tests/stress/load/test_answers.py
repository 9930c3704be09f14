from hypothesis import given
from hypothesis import strategies as st

from stress.load.answers import Answers


@given(st.lists(st.booleans()))
def test_what_is_outstanding_is_what_was_asked_and_not_answered_since(asks: list[bool]) -> None:
    answers, outstanding = Answers(), 0
    for at, is_question in enumerate(asks):
        if is_question:
            answers.ask(float(at))
        else:
            answers.hear(float(at))
        outstanding = max(0, outstanding + (1 if is_question else -1))
    assert answers.outstanding == outstanding


def test_an_idle_heartbeat_answers_no_later_question() -> None:
    answers = Answers()
    answers.hear(1.0)
    answers.ask(2.0)
    assert answers.outstanding == 1


def test_the_longest_wait_is_kept() -> None:
    answers = Answers()
    for asked, answered in [(0.0, 1.0), (2.0, 5.0), (6.0, 6.5)]:
        answers.ask(asked)
        answers.hear(answered)
    assert answers.longest_seconds == 3.0
