"""A message of the pipeline is known by its last key, and a chunk gives back what was put into it."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ws.wire.message import chunk, numbered, seq_of, split

JSON_VALUES = st.none() | st.booleans() | st.integers() | st.text()
OBJECTS = st.dictionaries(st.text().filter(lambda key: key != "seq"), JSON_VALUES, min_size=1)
MESSAGES = st.lists(OBJECTS.map(lambda value: json.dumps(value).encode()), min_size=1, max_size=5)
MARK = re.compile(rb', "seq": [0-9]+\}$')


def test_the_seq_is_the_last_key() -> None:
    assert numbered([b'{"status": "updated", "uuid": null}', b'{"a": {}}'], 17) == [
        b'{"status": "updated", "uuid": null, "seq": 17}',
        b'{"a": {}, "seq": 18}',
    ]


@given(MESSAGES, st.integers(1, 2**63 - 1))
def test_numbering_adds_a_key_and_changes_none(messages: list[bytes], first: int) -> None:
    for at, (before, after) in enumerate(zip(messages, numbered(messages, first), strict=True)):
        assert json.loads(after) == {**json.loads(before), "seq": first + at}
        assert seq_of(after) == first + at
        assert MARK.search(after)


@given(MESSAGES)
def test_a_chunk_gives_back_its_messages(messages: list[bytes]) -> None:
    assert split(chunk(numbered(messages, 1))) == numbered(messages, 1)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"}",
        b"--heartbeat--",
        b'{"status": "updated"}',
        b'{"seq": 17}',
        b'{"a": 1, "seq": 17, "b": 2}',
        b'{"a": 1, "seq": "17"}',
        b'{"a": 1, "seq": }',
        b'{"a": 1, "seq": -1}',
        b'{"a": {"b": 1, "seq": 17}}',
        b'{"a": 1, "seq": 17} ',
        b'{"a": 1, "seq": 17}\n',
        '{"a": 1, "seq": \N{ARABIC-INDIC DIGIT ONE}}'.encode(),
        b'{"a": ", "seq": 17}x"}',
    ],
)
def test_what_is_not_the_pipelines_has_no_seq(message: bytes) -> None:
    assert seq_of(message) is None


@pytest.mark.parametrize("seq", [b"0", b"007", b"9" * 10_000])
def test_a_forged_number_of_any_length_is_a_seq(seq: bytes) -> None:
    """It must not pass for somebody else's message, nor end who reads it."""
    assert seq_of(b'{"a": 1, "seq": %s}' % seq) is not None
