"""What can be checked without a gateway: an input is made by chance, and judged. Pure, but for Django.

An input is JSON, so that one that fails can be kept, looked at and judged again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.fuzz import handshaking, heads, reading, reads, reference
from tests.fuzz.frames import speech
from ws.gateway.assembly import FRAGMENTS_AT_MOST

MESSAGE_BYTES_AT_MOST = 64 * 1024

Input = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of input."""

    make: Callable[[Random], Input]
    judge: Callable[[Input], None]
    """Fails by an AssertionError, or by whatever is raised in our code."""


def as_hex(pieces: Sequence[bytes]) -> list[str]:
    return [piece.hex() for piece in pieces]


def from_hex(pieces: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(piece) for piece in pieces]


def _make_speech(chance: Random) -> Input:
    return {"pieces": as_hex(reads.cut(chance, speech(chance, MESSAGE_BYTES_AT_MOST)))}


def _judge_speech(made: Input) -> None:
    """A reader of a client's frames finds what the reference finds, in whatever pieces they come."""
    pieces = from_hex(made["pieces"])
    expected = reference.read(b"".join(pieces), MESSAGE_BYTES_AT_MOST, FRAGMENTS_AT_MOST)
    found = reading.read(pieces, MESSAGE_BYTES_AT_MOST)
    assert found.code == expected.code
    assert found.messages == expected.messages
    assert found.pongs == expected.pongs


def _make_head(chance: Random) -> Input:
    said = heads.head(chance, heads.NOTHING_KNOWN, chance.choice((0.02, 0.1, 0.4)))
    return {
        "pieces": as_hex(reads.cut(chance, said)),
        "rules": chance.randrange(len(handshaking.RULES)),
        "peer": chance.randrange(len(handshaking.PEERS)),
    }


def _judge_head(made: Input) -> None:
    pieces = from_hex(made["pieces"])
    handshaking.judge(pieces, handshaking.RULES[made["rules"]], handshaking.PEERS[made["peer"]])


CASES: Mapping[str, Case] = {"speech": Case(_make_speech, _judge_speech), "head": Case(_make_head, _judge_head)}
