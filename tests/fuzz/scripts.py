"""What one client does, step by step: what it says, how fast, and how it ends. Pure: chance is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from tests.fuzz import heads, reads
from tests.fuzz.frames import speech
from tests.fuzz.heads import Known

MESSAGE_BYTES_AT_MOST = 64 * 1024
PAUSES = (0.0, 0.001, 0.01, 0.1)
"""In seconds."""
LINGER, LONG_SECONDS = (0.0, 0.0, 0.05, 0.4), 6.0
"""Some stay until a heartbeat and a ping have come."""
READING = ("all", "all", "all", "all", "all", "little", "nothing")

End = Literal["wait", "goodbye", "half", "reset", "leave"]
ENDS: tuple[End, ...] = ("wait", "goodbye", "half", "reset", "leave")
"""Wait for the gateway's end; say goodbye; say that nothing more comes; RST; or let go with nothing said."""


@dataclass(frozen=True, slots=True)
class Script:
    """Of one connection."""

    pieces: tuple[bytes, ...]
    """Sent one by one."""
    pause_seconds: float
    """Between them."""
    linger_seconds: float
    """After them, before the end."""
    reads: str
    """All that comes; little of it, slowly; nothing."""
    end: End

    def as_json(self) -> dict[str, object]:
        return {
            "pieces": [piece.hex() for piece in self.pieces],
            "pause_seconds": self.pause_seconds,
            "linger_seconds": self.linger_seconds,
            "reads": self.reads,
            "end": self.end,
        }


def from_json(said: Mapping[str, Any]) -> Script:
    """What `as_json` has made."""
    return Script(**{**said, "pieces": tuple(map(bytes.fromhex, said["pieces"]))})


def script(chance: Random, known: Known) -> Script:
    """Most come in, and then say much; some never get so far."""
    kind = chance.random()
    if kind < 0.05:
        said = chance.choice(
            (b"", chance.randbytes(30), b"x" * 9000, b"GET /ws/ HTTP/1.1\r\n", b"\x16\x03\x01\x02\0\x01")
        )
    else:
        said = heads.head(chance, known, chance.choice((0.0, 0.0, 0.02, 0.2)))
    if 0.05 <= kind < 0.1:
        said = said[: chance.randrange(len(said))]
    if kind >= 0.2:
        said += speech(chance, MESSAGE_BYTES_AT_MOST)
    pieces = reads.cut(chance, said) if said else []
    pause = chance.choice(PAUSES) if len(pieces) < 40 else 0.0
    linger = LONG_SECONDS if chance.random() < 0.02 else chance.choice(LINGER)
    return Script(tuple(pieces), pause, linger, chance.choice(READING), chance.choice(ENDS))
