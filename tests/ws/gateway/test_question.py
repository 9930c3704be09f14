"""What Redis answers is read for what a listener wrote, and for nothing else."""

from typing import Any

import pytest

from ws.gateway.position import NOWHERE, Entry, Position
from ws.gateway.question import PUBLISH_AND_KEEP, beginning, entries_of, glancing, head_of, joining, publishing, reading
from ws.wire.channels import broadcast_channel

SKY = broadcast_channel("rodan", "sky")


def test_who_joins_asks_for_head_and_kept_message() -> None:
    assert joining("rodan", SKY) == [
        ("HMGET", "rodan:rowcast:head:rodan:broadcast:sky", "epoch", "seq"),
        ("GET", "rodan:broadcast:sky"),
    ]


def test_the_first_asks_between_them_whether_the_stream_may_be_read() -> None:
    head, kept = joining("rodan", SKY)
    assert beginning("rodan", SKY) == [
        head,
        ("XREAD", "STREAMS", "rodan:rowcast:stream:rodan:broadcast:sky", "$"),
        kept,
    ]


def test_a_bounded_part_of_the_stream_is_read_with_its_head() -> None:
    assert reading("rodan", SKY, Position(b"e", 17)) == [
        joining("rodan", SKY)[0],
        ("XREAD", "COUNT", "4", "STREAMS", "rodan:rowcast:stream:rodan:broadcast:sky", "17-0"),
    ]


def test_a_glance_is_at_the_stream_alone() -> None:
    assert glancing("rodan", SKY, Position(b"e", 17)) == reading("rodan", SKY, Position(b"e", 17))[1:]


def test_a_message_is_published_first_and_kept_then() -> None:
    """Compatibility N1, N8."""
    assert publishing(SKY, b"hello", 60) == ("EVAL", PUBLISH_AND_KEEP, "1", SKY, b"hello", "60")
    assert PUBLISH_AND_KEEP.index(b"PUBLISH") < PUBLISH_AND_KEEP.index(b"SET")


def test_a_head_is_an_epoch_and_a_seq() -> None:
    assert head_of([b"0123456789abcdef", b"17"]) == Position(b"0123456789abcdef", 17)


@pytest.mark.parametrize(
    "answer",
    [[None, None], [b"e", None], [None, b"17"], [b"", b"17"], [b"e", b"x"], [b"e", b"-1"], [b"e", b"9" * 5_000]],
)
def test_anything_else_is_no_head(answer: list[bytes | None]) -> None:
    assert head_of(answer) == NOWHERE


def test_entries_are_chunks() -> None:
    answer = {
        b"stream": [
            [b"2-0", [b"epoch", b"e", b"messages", b"one\ntwo"]],
            [b"3-0", [b"messages", b"three", b"epoch", b"e"]],
        ]
    }
    assert entries_of(answer) == [Entry(b"e", 2, b"one\ntwo"), Entry(b"e", 3, b"three")]


def test_no_entries_are_none() -> None:
    assert entries_of(None) == []


@pytest.mark.parametrize(
    "entry",
    [[b"2-1", [b"epoch", b"e", b"messages", b"m"]], [b"2-0", [b"epoch", b"e"]], [b"2-0", [b"a", b"b"]]],
    ids=["another id", "no messages", "other fields"],
)
def test_what_no_listener_wrote_is_passed_over(entry: Any) -> None:  # noqa: ANN401 - as it comes
    assert entries_of({b"stream": [entry, [b"3-0", [b"epoch", b"e", b"messages", b"m"]]]}) == [Entry(b"e", 3, b"m")]
