from random import Random

from hypothesis import given
from hypothesis import strategies as st

from stress.load.agreement import Heard, agreed, disagreement

# Few different texts: equal messages in a row are the hard case.
texts = st.lists(st.sampled_from("abc"), min_size=1, max_size=20)
places = st.integers(min_value=0, max_value=20)


def two(told: list[str], before: int, until: int) -> tuple[Heard, Heard]:
    """Two faithful clients: the late one came after `before`, the load ended at `until`."""
    return Heard(told, until), Heard(told[before:], max(0, until - before))


@given(texts, places, places)
def test_two_windows_of_one_story_agree(told: list[str], before: int, until: int) -> None:
    before, until = min(before, len(told)), min(until, len(told))
    early, late = two(told, before, until)
    assert agreed(early, late, before) is not None


def test_two_do_not_agree_before_the_last_that_counts_has_come_to_both() -> None:
    assert agreed(Heard(["a", "b"], 2), Heard(["a"], 1), before=0) is None
    assert agreed(Heard(["a"], 1), Heard(["a", "b"], 2), before=0) is None
    assert agreed(Heard(["a", "b"], 1), Heard(["a"], 1), before=0) == 1


@given(texts, st.randoms(use_true_random=False))
def test_a_loss_is_found_where_both_came_at_once(told: list[str], random: Random) -> None:
    lost = random.randrange(len(told))
    rest = told[:lost] + told[lost + 1 :]
    assert agreed(Heard(told, len(told)), Heard(rest, len(rest)), before=0) is None
    assert agreed(Heard(rest, len(rest)), Heard(told, len(told)), before=0) is None


@given(st.lists(st.integers(), min_size=2, max_size=20, unique=True), st.randoms(use_true_random=False))
def test_an_exchange_is_found(numbers: list[int], random: Random) -> None:
    told = [str(number) for number in numbers]
    one, other = sorted(random.sample(range(len(told)), 2))
    swapped = [*told]
    swapped[one], swapped[other] = told[other], told[one]
    assert agreed(Heard(told, len(told)), Heard(swapped, len(told)), before=0) is None
    assert f"on the first {one} only" in disagreement(told, swapped, before=0)


def test_what_the_early_one_heard_alone_does_not_count() -> None:
    assert agreed(Heard(["old", "a", "b"], 3), Heard(["a", "b"], 2), before=1) == 2
    assert agreed(Heard(["old", "a", "b"], 3), Heard(["a", "b"], 2), before=0) is None
