import json
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from stress.load.ledger import Group, RowChange, differences, group, own_changes

keys = st.sampled_from([letter * 32 for letter in "abcdef"])
groups = st.builds(group, st.sampled_from(["created", "updated", "deleted"]), st.lists(keys, min_size=1, unique=True))
ledgers = st.lists(groups, min_size=1, max_size=12)


def heard(committed: list[Group], random: Random) -> list[RowChange]:
    """As a faithful pipeline tells it: statement after statement, a statement's rows in any order."""
    return [change for changes in committed for change in random.sample(list(changes), len(changes))]


@given(ledgers, st.randoms(use_true_random=False))
def test_each_change_once_in_the_order_of_commits_is_no_difference(committed: list[Group], random: Random) -> None:
    assert differences(committed, heard(committed, random)) == []


@given(ledgers, st.randoms(use_true_random=False))
def test_any_lost_change_is_found(committed: list[Group], random: Random) -> None:
    told = heard(committed, random)
    lost = random.randrange(len(told))
    assert differences(committed, told[:lost] + told[lost + 1 :]) == [f"1 of {len(told)} changes did not arrive"]


@given(ledgers, st.randoms(use_true_random=False))
def test_any_repeated_change_is_found(committed: list[Group], random: Random) -> None:
    told = heard(committed, random)
    told.insert(random.randrange(len(told) + 1), random.choice(told))
    assert differences(committed, told) == ["1 arrived more than once"]


@given(ledgers, st.randoms(use_true_random=False))
def test_any_exchange_across_statements_is_found(committed: list[Group], random: Random) -> None:
    told = heard(committed, random)
    owners = [number for number, changes in enumerate(committed) for _ in changes]
    one, other = random.randrange(len(told)), random.randrange(len(told))
    assume(told[one] not in committed[owners[other]])
    told[one], told[other] = told[other], told[one]
    assert differences(committed, told) == ["they did not arrive in the order of their commits"]


def test_a_change_that_was_rolled_back_is_found() -> None:
    committed = [group("created", ["a" * 32])]
    told = [*committed[0], RowChange("created", "b" * 32)]
    assert differences(committed, told) == ["1 arrived that were never committed"]


def test_only_messages_of_our_own_rows_are_looked_at() -> None:
    own, foreign = "a" * 32, "b" * 32
    texts = [json.dumps({"status": "created", "model": "project", "uuid": key, "seq": 7}) for key in (foreign, own)]
    assert own_changes([*texts, "--heartbeat--", "[1]", "null"], {own}) == [RowChange("created", own)]
