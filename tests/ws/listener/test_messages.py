"""Rodan's messages from rows of the log."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ws.listener.log_rows import bulk, row, uuids
from ws.listener.messages import announcement, row_messages, tmss
from ws.wire.message import numbered, seq_of

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def told(**columns: str | None) -> list[bytes]:
    return list(row_messages(row(**columns)))


def test_a_change_is_told_in_rodans_words() -> None:
    """Compatibility R1."""
    assert told(status="created", model="shop.order", key="7" * 32) == [
        b'{"status": "created", "model": "order", "uuid": "' + b"7" * 32 + b'"}'
    ]


def test_a_key_that_is_no_uuid_is_its_text() -> None:
    assert told(key="12") == [b'{"status": "updated", "model": "order", "uuid": "12"}']


def test_a_change_without_a_key_tells_the_model_alone() -> None:
    assert told(status="resync", key=None) == [b'{"status": "resync", "model": "order", "uuid": null}']


def test_a_model_without_an_app_is_its_own_name() -> None:
    assert told(model="order", key="1") == [b'{"status": "updated", "model": "order", "uuid": "1"}']


def test_uuids_of_one_statement_are_told_one_by_one_as_32_digits() -> None:
    keys = [uuids(number) for number in range(3)]
    messages = row_messages(bulk(uuids=keys))
    assert [json.loads(message)["uuid"] for message in messages] == [key.replace("-", "") for key in keys]


def test_other_keys_of_one_statement_are_told_one_by_one() -> None:
    messages = row_messages(bulk(keys=["1", "zwei", None]))
    assert [json.loads(message)["uuid"] for message in messages] == ["1", "zwei", None]


def test_an_unknown_key_among_uuids_is_none() -> None:
    messages = row_messages(bulk(uuids=[uuids(1), "NULL"]))
    assert [json.loads(message)["uuid"] for message in messages] == [uuids(1).replace("-", ""), None]


def test_a_project_and_other_carried_columns_travel_after_the_key() -> None:
    carried = '{"name":"a","project_id":"77","size":3}'
    assert told(key="1", carried=carried) == [
        b'{"status": "updated", "model": "order", "uuid": "1", "project": "77", "carried": {"name": "a", "size": 3}}'
    ]


@pytest.mark.parametrize(
    ("carried", "rest"),
    [
        ('{"project_id":null}', b', "project": null}'),
        ('{"name":null}', b', "carried": {"name": null}}'),
        ("{}", b"}"),
        ("null", b"}"),
        (None, b"}"),
    ],
)
def test_what_does_not_travel_leaves_no_trace(carried: str | None, rest: bytes) -> None:
    assert told(key="1", carried=carried) == [b'{"status": "updated", "model": "order", "uuid": "1"' + rest]


def test_each_key_of_one_statement_carries_its_own() -> None:
    messages = row_messages(bulk(keys=["1", "2", "3"], carried='[{"n":1}, \n null, \n {"project_id":"7"}]'))
    assert [json.loads(message) for message in messages] == [
        {"status": "updated", "model": "order", "uuid": "1", "carried": {"n": 1}},
        {"status": "updated", "model": "order", "uuid": "2"},
        {"status": "updated", "model": "order", "uuid": "3", "project": "7"},
    ]


@given(st.dictionaries(st.text(), JSON_VALUES), st.text())
def test_whatever_travels_is_one_line_of_json(values: dict[str, Any], key: str) -> None:
    values.pop("project_id", None)
    (message,) = told(key=key, carried=json.dumps(values, indent=1, ensure_ascii=False))
    assert b"\n" not in message
    assert json.loads(message) == {
        "status": "updated",
        "model": "order",
        "uuid": key,
        **({"carried": values} if values else {}),
    }
    assert seq_of(numbered([message], 7)[0]) == 7


@pytest.mark.parametrize(
    "value",
    ["12345678901234567890.123456789", "1" + "0" * 400 + ".5", "9" * 5000, "[" * 3000 + "]" * 3000, r'"\ud800\u0000"'],
    ids=["digits", "huge fraction", "huge integer", "deep", "odd text"],
)
def test_a_value_travels_as_postgresql_wrote_it(value: str) -> None:
    """Python's numbers would lose digits, refuse 4301 of them, and make Infinity of a large one."""
    (message,) = told(key="1", carried=f'{{"value":{value}}}')
    assert message.endswith(f'"carried": {{"value": {value}}}}}'.encode())


def test_an_epoch_is_announced_in_the_same_words() -> None:
    assert announcement("shop.order", "0123456789abcdef") == (
        b'{"status": "resync", "model": "order", "uuid": null, "epoch": "0123456789abcdef"}'
    )


def test_only_what_is_shown_travels() -> None:
    """The log also says whose a row is, and what the settings let travel before."""
    carried = '{"project_id" : "77", "name" : "a", "owner_id" : 5}'
    (message,) = row_messages(row(key="1", carried=carried), frozenset({'"name"'}))
    assert json.loads(message) == {
        "status": "updated",
        "model": "order",
        "uuid": "1",
        "project": "77",
        "carried": {"name": "a"},
    }


TASK = tmss("task_blueprint", frozenset({'"name"', '"id"', '"start_time"'}), has_number=True)


@pytest.mark.parametrize(("status", "action"), [("created", "create"), ("updated", "update"), ("deleted", "delete")])
def test_a_change_is_told_in_tmss_words(status: str, action: str) -> None:
    """WS4REDIS.md, section 9: the id, and what the watch carries. Compatibility W5, W7."""
    carried = '{"id" : 1, "name" : "M 31", "start_time" : null, "owner_id" : 5}'
    assert TASK.compose(row(status=status, key="1", carried=carried)) == [
        b'{"object_details": {"id": 1, "name": "M 31", "start_time": null}, "object_type": "task_blueprint",'
        b' "action": "%s"}' % action.encode()
    ]


def test_tmss_is_told_of_many_one_by_one() -> None:
    messages = TASK.compose(bulk(keys=["1", "-2", "zwei", None]))
    assert [json.loads(message)["object_details"] for message in messages] == [
        {"id": it} for it in (1, -2, "zwei", None)
    ]


def test_a_uuid_is_told_to_tmss_as_text() -> None:
    (message,) = tmss("task").compose(row(key="7" * 32))
    assert json.loads(message)["object_details"] == {"id": "7" * 32}


def test_tmss_is_told_to_look_at_every_row_again() -> None:
    """Compatibility W7."""
    (message,) = TASK.compose(row(status="resync", key=None))
    announced = json.loads(TASK.announce("0123456789abcdef"))
    assert json.loads(message) == {"object_details": {"id": None}, "object_type": "task_blueprint", "action": "resync"}
    assert announced == {**json.loads(message), "epoch": "0123456789abcdef"}
