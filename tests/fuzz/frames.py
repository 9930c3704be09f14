"""What a client says after its handshake, right and wrong, as bytes. Pure: chance is an argument."""

from collections.abc import Iterator
from random import Random

from tests.fuzz import payloads

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FIN, MASKED = 0x80, 0x80
RESERVED_BITS = (0x40, 0x20, 0x10, 0x70)
NO_OPCODES = (0x3, 0x7, 0xB, 0xF)
FRAGMENTS = (2, 3, 5, 40, 1023, 1024, 1025, 1100)
"""Most messages come in a few; some in as many as are taken, and more."""


def frame(chance: Random, opcode: int, payload: bytes, *, first_bits: int = FIN, size: int | None = None) -> bytes:
    """One frame, masked; its length in a form that may be longer than it need be, and `size` where it lies."""
    size = len(payload) if size is None else size
    mask = chance.choice((b"\0\0\0\0", chance.randbytes(4)))
    return bytes([first_bits | opcode]) + _length(chance, size) + mask + masked(payload, mask)


def masked(payload: bytes, mask: bytes) -> bytes:
    """RFC 6455, section 5.3; twice is not at all."""
    size = len(payload)
    stream = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload) ^ int.from_bytes(stream)).to_bytes(size)


def speech(chance: Random, most: int) -> bytes:
    """Some messages and controls, of which most are right; then perhaps a goodbye, and what comes after it."""
    return b"".join(_parts(chance, most))


def _parts(chance: Random, most: int) -> Iterator[bytes]:
    wrong = chance.choice((0.0, 0.05, 0.3))
    for _ in range(chance.choice((0, 1, 1, 2, 2, 5, 20))):
        if chance.random() < wrong:
            yield _wrong(chance, most)
        else:
            yield from _right(chance, most)
    if chance.random() < 0.5:
        yield frame(chance, CLOSE, payloads.goodbye(chance))
    if chance.random() < 0.1:
        yield from _right(chance, most)


def _right(chance: Random, most: int) -> Iterator[bytes]:
    kind = chance.random()
    if kind < 0.3:
        yield frame(chance, chance.choice((PING, PONG)), payloads.control(chance))
        return
    is_text, message = payloads.message(chance, most)
    if kind < 0.7:
        yield frame(chance, TEXT if is_text else BINARY, message)
    else:
        yield from _fragments(chance, TEXT if is_text else BINARY, message)


def _fragments(chance: Random, opcode: int, message: bytes) -> Iterator[bytes]:
    """Cut anywhere, in the middle of a character too, with controls between."""
    many = chance.choice(FRAGMENTS if chance.random() < 0.1 else FRAGMENTS[:3])
    cuts = sorted(chance.randrange(len(message) + 1) for _ in range(many - 1))
    for number, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(message)], strict=True)):
        bits = FIN if number == many - 1 else 0
        yield frame(chance, CONT if number else opcode, message[start:end], first_bits=bits)
        if chance.random() < 0.5 / many:
            yield frame(chance, PING, payloads.control(chance))


def _wrong(chance: Random, most: int) -> bytes:
    """One frame that RFC 6455 forbids, or what is none."""
    payload = payloads.control(chance)
    opcode = chance.choice((CONT, TEXT, BINARY, PING, PONG, CLOSE))
    wrongs = (
        lambda: frame(chance, opcode, payload, first_bits=FIN | chance.choice(RESERVED_BITS)),
        lambda: frame(chance, chance.choice(NO_OPCODES), payload),
        lambda: bytes([FIN | opcode, len(payload)]) + payload,  # not masked
        lambda: frame(chance, chance.choice((PING, CLOSE)), b"x" * chance.choice((126, 200, 70_000))),
        lambda: frame(chance, chance.choice((PING, CLOSE, PONG)), payload, first_bits=0),
        lambda: frame(chance, CONT, payload, first_bits=chance.choice((0, FIN))),  # of nothing
        lambda: frame(chance, TEXT, b"begun", first_bits=0) + frame(chance, TEXT, b"anew"),
        lambda: frame(chance, TEXT, b"begun", first_bits=0) + frame(chance, CLOSE, payloads.goodbye(chance)),
        lambda: frame(chance, opcode, payload, size=chance.choice((most, most + 1, 2**40, 2**63, 2**64 - 1, 5, 200))),
        lambda: frame(chance, TEXT, payload)[: chance.randrange(1, 8)],
        lambda: chance.randbytes(chance.randrange(1, 40)),
    )
    return chance.choice(wrongs)()


def _length(chance: Random, size: int) -> bytes:
    forms = [form for form in ((126, 2), (127, 8)) if size < 256 ** form[1]]
    if size < 126 and chance.random() < 0.95:
        return bytes([MASKED | size])
    mark, length = forms[0] if chance.random() < 0.95 else forms[-1]
    return bytes([MASKED | mark]) + size.to_bytes(length)
