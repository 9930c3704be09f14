"""What is stored in Redis with the messages: one text, compared byte for byte."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ws.listener.cursor import Cursor
from ws.listener.record import TAIL_ROWS, Identity, Published, Record
from ws.listener.snapshots import Snapshot

RECORD = Record(
    Cursor(Snapshot(20, (10, 14)), Snapshot(40, (31,)), last_id=77, offset=3),
    Identity("7123456789012345678", 2, "incarnated"),
    trimmed=5,
    tail=(Published(76, 19, "2031-05-04 12:00:00.5+00"),),
)
NUMBERS = st.integers(min_value=0, max_value=2**63 - 1)
SNAPSHOTS = st.builds(
    lambda xmax, below: Snapshot(xmax, tuple(sorted({xmax - n for n in below if n < xmax}))),
    NUMBERS.map(lambda n: n + 3),
    st.lists(st.integers(min_value=1, max_value=1000), max_size=5),
)
RECORDS = st.builds(
    Record,
    st.builds(Cursor, SNAPSHOTS, st.none() | SNAPSHOTS, NUMBERS, NUMBERS),
    st.builds(Identity, st.text(), NUMBERS, st.text()),
    NUMBERS,
    st.lists(st.builds(Published, NUMBERS, NUMBERS, st.text()), max_size=TAIL_ROWS).map(tuple),
)


def rows(*ids: int) -> list[Published]:
    return [Published(number, number + 100, f"at {number}") for number in ids]


@given(RECORDS)
def test_its_text_says_all_of_it(record: Record) -> None:
    assert Record.parse(str(record)) == record
    assert str(Record.parse(str(record))) == str(record)


def test_its_text_is_one_line_that_keeps_its_form() -> None:
    """Another process, of the next version too, goes on with what this one stored."""
    assert str(RECORD) == (
        '{"format": 1, "base": "10:20:10,14", "upper": "31:40:31", "last_id": 77, "offset": 3,'
        ' "system": "7123456789012345678", "timeline": 2, "incarnation": "incarnated", "trimmed": 5,'
        ' "tail": [[76, 19, "2031-05-04 12:00:00.5+00"]]}'
    )


@pytest.mark.parametrize("text", ["", "one", "[]", "7", "null", "{}", '{"format": 1}', str(RECORD).replace("76,", "")])
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"stored cursor|Expecting"):
        Record.parse(text)


def test_what_a_later_version_stored_is_refused() -> None:
    later = json.dumps({**json.loads(str(RECORD)), "format": 2})
    with pytest.raises(ValueError, match="format 2, not 1"):
        Record.parse(later)


def test_a_step_moves_the_cursor_and_nothing_else() -> None:
    cursor = RECORD.cursor.advanced(80)
    assert RECORD.moved(cursor) == replace(RECORD, cursor=cursor)


def test_the_tail_is_the_last_rows_that_were_published() -> None:
    record = replace(RECORD, tail=())
    for at in range(0, 40, 4):
        record = record.moved(record.cursor, rows(at, at + 1, at + 2, at + 3))
    assert record.tail == tuple(rows(*range(32, 40)))
    assert record.moved(record.cursor, rows(*range(100, 200))).tail == tuple(rows(*range(192, 200)))
