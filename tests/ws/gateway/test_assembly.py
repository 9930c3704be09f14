"""Fragments become messages, and a text is one."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from ws.gateway.assembly import Assembly


def assembled(*frames: Frame) -> list[bytes]:
    assembly = Assembly()
    return [message for frame in frames if (message := assembly.add(frame)) is not None]


def test_a_whole_message_is_one_frame() -> None:
    assert assembled(Frame(Opcode.TEXT, b"one"), Frame(Opcode.BINARY, b"\xff")) == [b"one", b"\xff"]


def test_a_ping_between_fragments_is_no_part_of_them() -> None:
    parts = [Frame(Opcode.TEXT, b"o", fin=False), Frame(Opcode.PING, b"x"), Frame(Opcode.CONT, b"ne")]
    assert assembled(*parts) == [b"one"]


@given(st.text(), st.lists(st.integers(0, 100)))
def test_a_text_may_be_cut_anywhere_also_within_a_letter(text: str, cuts: list[int]) -> None:
    data = text.encode()
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    parts = [data[start:end] for start, end in pairwise(places)] or [b""]
    opcodes = [Opcode.TEXT, *[Opcode.CONT] * (len(parts) - 1)]
    frames = [Frame(opcode, part, fin=False) for opcode, part in zip(opcodes, parts, strict=True)]
    frames[-1].fin = True
    assert assembled(*frames) == [data]


def test_a_text_that_is_not_utf_8_is_an_error() -> None:
    with pytest.raises(UnicodeDecodeError):
        assembled(Frame(Opcode.TEXT, b"\xc3", fin=False), Frame(Opcode.CONT, b"("))
