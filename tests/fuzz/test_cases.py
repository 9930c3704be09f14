"""Inputs that hypothesis chooses, and shrinks where one fails. `make fuzz` tries many more, by a seed."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import reads, reference
from tests.fuzz.cases import CASES
from tests.fuzz.frames import CLOSE, CONT, FIN, PING, TEXT, frame


@pytest.mark.parametrize("kind", CASES)
@given(chance=st.randoms(use_true_random=False))
def test_whatever_a_client_says_is_judged_rightly(kind: str, chance: Random) -> None:
    case = CASES[kind]
    case.judge(case.make(chance))


@pytest.mark.parametrize("kind", CASES)
def test_an_input_of_a_seed_is_made_again_by_it(kind: str) -> None:
    make = CASES[kind].make
    assert make(Random("1")) == make(Random("1")) != make(Random("2"))


@given(st.binary(), st.randoms(use_true_random=False))
def test_pieces_are_the_whole(data: bytes, chance: Random) -> None:
    assert b"".join(reads.cut(chance, data)) == data


def read(*frames: bytes) -> reference.Outcome:
    return reference.read(b"".join(frames), 100, 3)


def test_the_reference_knows_messages_and_pings() -> None:
    chance = Random(1)
    parts = [frame(chance, TEXT, b"a", first_bits=0), frame(chance, PING, b"?"), frame(chance, CONT, b"b")]
    assert read(*parts) == reference.Outcome([b"ab"], [b"?"])


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (frame(Random(1), TEXT, b"\xff"), 1007),
        (frame(Random(1), TEXT, b"x" * 101), 1009),
        (frame(Random(1), TEXT, b"", first_bits=0) + frame(Random(1), CONT, b"", first_bits=0) * 2, 1009),
        (frame(Random(1), CONT, b"of nothing"), 1002),
        (frame(Random(1), TEXT, b"x", first_bits=FIN | 0x40), 1002),
        (bytes([FIN | TEXT, 1]) + b"x", 1002),
        (frame(Random(1), CLOSE, b""), 1005),
        (frame(Random(1), CLOSE, (4000).to_bytes(2)), 4000),
        (frame(Random(1), CLOSE, (1005).to_bytes(2)), 1002),
    ],
)
def test_the_reference_knows_every_end(said: bytes, code: int) -> None:
    assert read(said).code == code
