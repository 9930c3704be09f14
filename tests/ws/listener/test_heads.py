"""What one step carries, as the script reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ws.listener.heads import BATCH_BYTES_AT_MOST, Head, Part, Source, is_too_large
from ws.wire.channels import Channel
from ws.wire.message import numbered, seq_of, split

SKY = Channel("broadcast:sky")


def part(count: int, *, seq: int = 0) -> Part:
    """So many messages after this seq."""
    head = Head("e" * 16, seq, "7.5.9")
    return Part(SKY, head, head.after(count), numbered([b'{"model": "order"}'] * count, seq + 1))


@given(st.integers(0, 1700), st.integers(0, 2**53))
def test_chunks_are_full_but_for_the_last_and_named_by_their_last_seq(count: int, seq: int) -> None:
    *_, chunks = arguments = list(part(count, seq=seq).arguments(10_000))[:9]
    rest = list(part(count, seq=seq).arguments(10_000))[9:]
    names, texts = rest[::2], [text for text in rest[1::2] if isinstance(text, bytes)]
    messages = [split(text) for text in texts]
    assert len(arguments) == 9
    assert chunks == len(names) == len(texts)
    assert [len(together) for together in messages[:-1]] == [500] * (len(messages) - 1)
    assert names == [f"{seq_of(together[-1])}-0" for together in messages]
    assert [seq_of(message) for together in messages for message in together] == list(range(seq + 1, seq + count + 1))


@given(st.integers(0, 2000), st.integers(0, 2**53), st.integers(0, 20_000))
def test_what_may_be_resumed_is_not_trimmed(count: int, seq: int, resume_messages: int) -> None:
    lowest = list(part(count, seq=seq).arguments(resume_messages))[5]
    assert lowest == max(0, seq + count - resume_messages)


def test_who_publishes_is_named_by_cluster_database_and_log() -> None:
    assert Source("7123", 5, 16400).owner == "7123.5.16400"


@pytest.mark.parametrize(("size", "is_large"), [(BATCH_BYTES_AT_MOST, False), (BATCH_BYTES_AT_MOST + 1, True)])
def test_a_batch_is_too_large_by_the_bytes_of_all_its_messages(size: int, *, is_large: bool) -> None:
    head = Head("e" * 16, 0, "7.5.9")
    halves = [Part(SKY, head, head.after(1), [bytes(share)]) for share in (size // 2, size - size // 2)]
    assert is_too_large(halves) == is_large
