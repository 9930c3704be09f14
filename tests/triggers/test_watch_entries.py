"""One entry of TRIGGERS["WATCH"]: a name or a dict, right or wrong."""

from typing import Any

import pytest

from triggers.audiences import Group
from triggers.facts import Operation
from triggers.watch_entries import Entry, WatchError, read


def test_a_name_asks_for_everything() -> None:
    assert read("shop") == Entry("shop", operations=frozenset(Operation), columns=None, carry=(), facility=None)


def test_a_dict_of_a_model_alone_asks_for_everything_too() -> None:
    assert read({"model": "shop.Order"}) == Entry("shop.Order", is_dict=True)


def test_a_dict_says_what_counts_and_what_travels() -> None:
    entry = read(
        {"model": "shop.Order", "columns": ["note", "name", "note"], "carry": ("note",), "facility": "kitchen"}
    )
    assert (entry.columns, entry.carry, entry.facility) == (("note", "name"), ("note",), "kitchen")


def test_an_operation_brings_the_triggers_that_it_needs_and_truncate_is_the_settings_affair() -> None:
    assert read({"model": "shop.Order", "operations": ["insert"]}).operations == {Operation.INSERT, Operation.TRUNCATE}
    assert Operation.MOVE in read({"model": "shop.Order", "operations": ["update"]}).operations


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": "shop"}, "'shop' as 'model'"),
        ({"model": None}, "None as 'model'"),
        ({"modle": "shop.Order"}, "the key 'modle', which is unknown"),
        ({"operations": ["truncate"]}, "the operation 'truncate'"),
        ({"operations": "insert"}, "'insert' as 'operations'"),
        ({"operations": []}, r"\[\] as 'operations'"),
        ({"columns": "note"}, "'note' as 'columns'"),
        ({"columns": [1]}, r"\[1\] as 'columns'"),
        ({"carry": {"note": 1}}, "as 'carry'"),
        ({"facility": ""}, "'' as 'facility'"),
        ({"audience": "user"}, "'user' as 'audience'"),
        ({"audience": {"user": "ann"}}, "as 'audience'"),
        ({"message": "morse"}, "'morse' as 'message'"),
        ({"message": ["rodan"]}, "as 'message'"),
    ],
)
def test_what_is_wrong_in_a_dict_is_named(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(WatchError, match=words) as raised:
        read({"model": "shop.Order", **changes})
    assert raised.value.code == "E006"
    assert raised.value.hint


def test_broadcast_is_the_audience_unless_another_one_is_named() -> None:
    assert read({"model": "shop.Order", "audience": "broadcast"}) == read({"model": "shop.Order"})
    assert read({"model": "shop.Order", "audience": {"group": "cooks"}}).audience == Group("cooks")


@pytest.mark.parametrize("message", ["rodan", "tmss", "shop.messages.told"])
def test_a_format_is_a_name_or_a_path(message: str) -> None:
    assert read({"model": "shop.Order", "message": message}).message == message


def test_what_is_neither_name_nor_dict_is_refused() -> None:
    with pytest.raises(WatchError, match="holds 7") as raised:
        read(7)
    assert raised.value.code == "E001"
