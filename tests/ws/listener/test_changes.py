"""Messages by a function of the site's: what it is given, and what becomes of whatever it answers."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.ws.listener.log_rows import bulk, row, unnoted
from ws.listener.changes import MESSAGE_BYTES_AT_MOST, Change, checked, told_by
from ws.listener.message_observations import FormatFailed, Misfortune
from ws.wire.message import numbered, seq_of

SHOWN = frozenset({'"name"'})


class Told:
    """By this function, and what was noted meanwhile."""

    def __init__(self, function: Callable[[Change], object]) -> None:
        self.noted: list[Misfortune] = []
        self.format = told_by(function, "shop.order", SHOWN, self.noted.append)

    def __call__(self, **columns: Any) -> list[bytes]:  # noqa: ANN401 - as the column is
        return list(self.format.compose(row(**columns)))


def test_a_function_is_given_the_change() -> None:
    given: list[Change] = []
    Told(given.append)(
        key="1", carried='{"name" : "a", "owner_id" : 5, "project_id" : "77"}', at="2031-05-04 12:00:00.5"
    )
    assert given == [
        Change(
            "updated",
            "shop.order",
            "1",
            {"name": "a", "project_id": "77"},
            datetime(2031, 5, 4, 12, 0, 0, 500_000, UTC),
        )
    ]


def test_a_function_is_given_each_change_of_a_statement() -> None:
    told = told_by(lambda change: {change.key or "none": change.carried}, "shop.order", None, unnoted)
    messages = told.compose(bulk(keys=["1", "2"], carried='[{"n" : 1}, {"n" : 2}]'))
    assert messages == [b'{"1": {"n": 1}}', b'{"2": {"n": 2}}']


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"a": "ü"}, b'{"a": "\\u00fc"}'),
        ('{"a": 1}', b'{"a": 1}'),
        (b'{"a": 1}', b'{"a": 1}'),
        (' {"a": [\n1,\r\n2]}\n', b'{"a": [ 1,  2]}'),
        ('{"a": "\\n"}', b'{"a": "\\n"}'),
    ],
)
def test_a_text_and_a_dict_are_messages_on_one_line(answer: object, message: bytes) -> None:
    assert checked(answer) == message
    assert seq_of(numbered([checked(answer)], 7)[0]) == 7


class Unprintable(Exception):  # noqa: N818 - it is raised once
    def __str__(self) -> str:
        raise ValueError


@pytest.mark.parametrize(
    "answer",
    [
        None,
        7,
        "",
        "no JSON",
        "[1]",
        "{}",
        {},
        '{"a": NaN}',
        {"a": float("inf")},
        {"a": object()},
        b"\xff",
        '{"a": "\ud800"}',
        '{"a": "\n"}',
        "[" * 100_000,
        {"a": "x" * MESSAGE_BYTES_AT_MOST},
    ],
    ids=lambda answer: repr(answer)[:20],
)
def test_what_is_no_message_is_told_in_rodans_words_without_what_it_carries(answer: object) -> None:
    told = Told(lambda _: answer)
    assert told(key="1", carried='{"name" : "a"}') == [b'{"status": "updated", "model": "order", "uuid": "1"}']
    assert [type(noted) for noted in told.noted] == [FormatFailed]


@pytest.mark.parametrize("error", [ValueError("odd\nlines"), Unprintable()])
def test_a_function_that_raises_loses_no_change(error: Exception) -> None:
    def failing(_: Change) -> object:
        raise error

    told = Told(failing)
    assert told(key="1") == [b'{"status": "updated", "model": "order", "uuid": "1"}']
    assert "updated 1: " in told.noted[0].error
    assert "\n" not in told.noted[0].error


def test_a_value_that_python_cannot_read_loses_no_change() -> None:
    told = Told(lambda change: {"name": change.carried["name"]})
    assert told(key="1", carried=f'{{"name" : {"9" * 5000}}}') == [
        b'{"status": "updated", "model": "order", "uuid": "1"}'
    ]


def test_an_epoch_is_announced_by_the_function() -> None:
    told = Told(lambda change: {"again": change.status, "key": change.key, "at": change.at})
    assert json.loads(told.format.announce("0" * 16)) == {"again": "resync", "key": None, "at": None}


def test_an_epoch_that_the_function_cannot_announce_is_announced_by_rodan() -> None:
    announced = json.loads(Told(lambda _: None).format.announce("0" * 16))
    assert announced == {"status": "resync", "model": "order", "uuid": None, "epoch": "0" * 16}
