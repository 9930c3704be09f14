"""For whom changes are: the owner of each row, or those whom a function names. Nobody where that is not known."""

from collections.abc import Callable

import pytest

from tests.ws.listener.log_rows import bulk, row
from ws.listener.audiences import AUDIENCES_AT_MOST, Chosen, Owners, Place
from ws.listener.changes import Change
from ws.listener.message_observations import AudienceFailed, Misfortune, OwnerMissing
from ws.wire.channels import Channel

PLACE = Place("site", "desk")
ANN = Channel("site:user:ann:desk")


@pytest.fixture
def noted() -> list[Misfortune]:
    return []


@pytest.fixture
def owners(noted: list[Misfortune]) -> Owners:
    return Owners("shop.order", '"owner_id"', PLACE, noted.append)


def test_a_row_is_its_owners(owners: Owners, noted: list[Misfortune]) -> None:
    letter = row(key="1", carried='{"owner_id" : 5, "name" : "a"}')
    assert list(owners.owners(letter)) == ["5"]
    assert owners.channels(letter, {"5": "ann"}) == [(ANN,)]
    assert noted == []


def test_a_key_that_is_no_number_is_its_text(owners: Owners) -> None:
    assert list(owners.owners(row(key="1", carried='{"owner_id" : "0f-7"}'))) == ["0f-7"]


def test_of_many_rows_each_is_its_owners(owners: Owners) -> None:
    letters = bulk(keys=["1", "2", "3"], carried='[{"owner_id" : 5}, {"owner_id" : null}, {"owner_id" : 6}]')
    assert list(owners.owners(letters)) == ["5", "6"]
    assert owners.channels(letters, {"5": "ann", "6": "bob"}) == [(ANN,), (), (Channel("site:user:bob:desk"),)]


@pytest.mark.parametrize("carried", [None, "null", '{"name" : "a"}', '{"owner_id" : null}', '{"owner_id" : 5}'])
def test_a_row_without_a_user_is_for_nobody_and_that_is_noted(
    owners: Owners, noted: list[Misfortune], carried: str | None
) -> None:
    """One that was logged before there was an owner, one of nobody's, and one of a user who is gone."""
    assert owners.channels(row(key="1", carried=carried), {}) == [()]
    assert [type(it) for it in noted] == [OwnerMissing]


def test_owners_may_be_reached_on_users_channels_of_their_facility(owners: Owners) -> None:
    assert owners.may_reach(ANN)
    others = ["site:user:ann:kitchen", "site:group:cooks:desk", "site:broadcast:desk", "other:user:ann:desk"]
    assert not any(owners.may_reach(Channel(name)) for name in others)


def chosen(function: Callable[[Change], object], noted: list[Misfortune]) -> Chosen:
    return Chosen("shop.order", function, PLACE, shown=frozenset({'"name"'}), note=noted.append)


def test_a_function_names_audiences(noted: list[Misfortune]) -> None:
    named = chosen(lambda change: ["broadcast", ("group", "cooks"), ("user", change.carried["name"])] * 2, noted)
    assert named.channels(row(key="1", carried='{"name" : "ann"}'), {}) == [
        (Channel("site:broadcast:desk"), Channel("site:group:cooks:desk"), ANN)
    ]
    assert noted == []


def test_a_function_may_name_nobody(noted: list[Misfortune]) -> None:
    assert chosen(lambda _: (), noted).channels(row(key="1"), {}) == [()]
    assert noted == []


@pytest.mark.parametrize(
    "answer",
    [
        "broadcast",
        None,
        ["everybody"],
        [("user", "")],
        [("user", 5)],
        [("session", "x")],
        ["broadcast", 7],
        [("user", f"{number}") for number in range(AUDIENCES_AT_MOST + 1)],
    ],
    ids=lambda answer: repr(answer)[:20],
)
def test_what_names_no_audience_is_for_nobody_and_that_is_noted(noted: list[Misfortune], answer: object) -> None:
    """Never for more than was meant: one wrong audience of several shuts out all."""
    assert chosen(lambda _: answer, noted).channels(row(key="1"), {}) == [()]
    assert [type(it) for it in noted] == [AudienceFailed]


def test_a_function_that_raises_tells_nobody_and_the_next_change_is_told(noted: list[Misfortune]) -> None:
    def failing(change: Change) -> object:
        return [("user", {"2": "ann"}[change.key or ""])]

    assert chosen(failing, noted).channels(bulk(keys=["1", "2"]), {}) == [(), (ANN,)]
    assert "KeyError: '1'" in noted[0].error


def test_what_a_function_decides_may_be_anywhere_on_its_facility(noted: list[Misfortune]) -> None:
    named = chosen(lambda _: (), noted)
    assert all(named.may_reach(Channel(f"site:{name}:desk")) for name in ("broadcast", "group:cooks", "user:ann"))
    assert not named.may_reach(Channel("site:broadcast:kitchen"))
