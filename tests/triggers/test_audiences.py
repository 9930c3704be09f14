"""The audience of an entry, right or wrong."""

import pytest

from triggers.audiences import EVERYBODY, Audience, Decided, Group, Owner, read


@pytest.mark.parametrize(
    ("value", "audience"),
    [
        ("broadcast", EVERYBODY),
        ({"group": "schedulers"}, Group("schedulers")),
        ({"owner": "user"}, Owner("user")),
        ("shop.audiences.of_order", Decided("shop.audiences.of_order")),
    ],
)
def test_an_audience_is_a_word_a_group_an_owner_or_a_path(value: object, audience: Audience) -> None:
    assert read(value) == audience


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "user",
        "",
        "shop.",
        "shop.of order",
        [],
        {},
        {"group": ""},
        {"group": 7},
        {"user": "ann"},
        {"group": "cooks", "owner": "user"},
    ],
    ids=repr,
)
def test_anything_else_is_none(value: object) -> None:
    assert read(value) is None
