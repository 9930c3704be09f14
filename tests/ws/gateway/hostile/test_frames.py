"""PITFALLS A4 and A5: frames that are too much, and frames that are wrong."""

from collections.abc import Iterator
from itertools import repeat

import pytest
from websockets.frames import Opcode

from tests.ws.gateway.hostile.target import Target
from tests.ws.gateway.raw_client import HEARTBEAT, RawClient, frame_bytes
from ws.gateway.assembly import FRAGMENTS_AT_MOST

SETTINGS = {"WS": {"MAX_MESSAGES_PER_SECOND": 100_000}}
MIB = 1024 * 1024
BLOCK = bytes(MIB)
MASK = b"\0\0\0\0"


def stream(client: RawClient, parts: Iterator[bytes]) -> None:
    """Send on, whatever is answered; until all is sent or the connection ends."""
    try:
        for part in parts:
            client.send(part)
    except (BrokenPipeError, ConnectionResetError):
        return


def code(client: RawClient) -> int | None:
    """That it was closed with; None where the end came first, as it may to one who goes on sending."""
    try:
        return client.close_frame().code
    except (EOFError, ConnectionResetError):
        return None


@pytest.mark.parametrize("announced", [200 * MIB, 1 << 40, (1 << 63) - 1])
def test_a_frame_of_200_mib_is_refused_when_it_is_announced_and_kept_nowhere(target: Target, announced: int) -> None:
    """A4."""
    with target.attacked(), target.open() as client:
        client.send(b"\x82\xff" + announced.to_bytes(8) + MASK)
        assert client.close_frame().code == 1009
    with target.attacked(), target.open() as client:
        stream(client, iter([b"\x82\xff" + announced.to_bytes(8) + MASK, *repeat(BLOCK, 200)]))
        assert code(client) in {1009, None}


def test_200_mib_of_messages_that_are_allowed_are_kept_nowhere(target: Target) -> None:
    """A4."""
    message = frame_bytes(Opcode.BINARY, bytes(64 * 1024))
    with target.attacked(), target.open() as client:
        for _ in range(200):
            client.send(message * 16)
            assert [client.text() for _ in range(16)] == [HEARTBEAT] * 16


def test_a_message_of_200_mib_in_large_fragments_is_1009(target: Target) -> None:
    """A4."""
    fragment = frame_bytes(Opcode.CONT, bytes(32 * 1024), fin=False)
    with target.attacked(), target.open() as client:
        client.send_frame(Opcode.BINARY, b"", fin=False)
        stream(client, repeat(fragment, 200 * 32))
        assert code(client) in {1009, None}


@pytest.mark.parametrize("part", [b"a", b""], ids=["one byte each", "nothing in it"])
def test_150_000_fragments_are_1009(target: Target, part: bytes) -> None:
    """A4."""
    fragments = frame_bytes(Opcode.CONT, part, fin=False) * 1000
    with target.attacked(), target.open() as client:
        client.send_frame(Opcode.TEXT, part, fin=False)
        stream(client, repeat(fragments, 150))
        assert code(client) in {1009, None}


@pytest.mark.parametrize("part", [b"a", b""])
def test_more_fragments_than_are_allowed_are_1009(target: Target, part: bytes) -> None:
    """A4."""
    with target.open() as client:
        client.send_frame(Opcode.TEXT, part, fin=False)
        client.send(frame_bytes(Opcode.CONT, part, fin=False) * (FRAGMENTS_AT_MOST - 1))
        assert client.close_frame().code == 1009


def test_fifty_clients_with_unfinished_messages_need_what_they_have_sent(target: Target) -> None:
    """A4. MAX_MESSAGE_BYTES bounds each."""
    with target.attacked():
        clients = [target.open() for _ in range(50)]
        for client in clients:
            client.send_frame(Opcode.BINARY, bytes(60 * 1024), fin=False)
            client.send_frame(Opcode.PING, b"read?")
            assert client.frame().opcode is Opcode.PONG
        for client in clients:
            client.socket.close()


def test_a_compressed_bomb_is_not_unpacked(target: Target) -> None:
    """A4. No extension is agreed on, so that its RSV1 bit breaks the protocol: 1002 before any size is looked at."""
    with target.attacked(), target.open() as client:
        client.send(b"\xc2\xfe\xff\xff" + MASK + bytes(65_535))
        assert client.close_frame().code == 1002


WRONG = {
    "unmasked": (frame_bytes(Opcode.TEXT, b"unmasked", mask=False), 1002),
    "RSV1": (b"\xc1\x80abcd", 1002),
    "RSV2": (b"\xa1\x80abcd", 1002),
    "RSV3": (b"\x91\x80abcd", 1002),
    "opcode 3": (b"\x83\x80abcd", 1002),
    "opcode 15": (b"\x8f\x80abcd", 1002),
    "fragmented ping": (b"\x09\x80abcd", 1002),
    "fragmented close": (b"\x08\x82" + MASK + b"\x03\xe8", 1002),
    "ping of 126 bytes": (b"\x89\xfe\x00\x7e" + MASK + bytes(126), 1002),
    "close of 126 bytes": (b"\x88\xfe\x00\x7e" + MASK + b"\x03\xe8" + bytes(124), 1002),
    "continuation of nothing": (frame_bytes(Opcode.CONT, b"a"), 1002),
    "text in a text": (frame_bytes(Opcode.TEXT, b"a", fin=False) + frame_bytes(Opcode.TEXT, b"b"), 1002),
    "length of 2^63": (b"\x82\xff" + (1 << 63).to_bytes(8) + MASK, 1009),
    "half a close code": (frame_bytes(Opcode.CLOSE, b"\x03"), 1002),
    **{f"close code {bad}": (frame_bytes(Opcode.CLOSE, bad.to_bytes(2)), 1002) for bad in (0, 999, 1004, 1005, 1006)},
    **{
        f"close code {bad}": (frame_bytes(Opcode.CLOSE, bad.to_bytes(2)), 1002)
        for bad in (1015, 1016, 2999, 5000, 65535)
    },
    "text that is not UTF-8": (frame_bytes(Opcode.TEXT, b"\xff"), 1007),
    "overlong UTF-8": (frame_bytes(Opcode.TEXT, b"\xc0\xaf"), 1007),
    "surrogate": (frame_bytes(Opcode.TEXT, b"\xed\xa0\x80"), 1007),
    "half a character": (frame_bytes(Opcode.TEXT, "é".encode()[:1]), 1007),
    "close reason that is not UTF-8": (frame_bytes(Opcode.CLOSE, b"\x03\xe8\xff"), 1007),
}


def test_what_breaks_the_protocol_is_closed_with_its_code(target: Target) -> None:
    """A5."""
    with target.attacked():
        for name, (said, expected) in WRONG.items():
            with target.open() as client:
                client.send(said)
                assert client.close_frame().code == expected, name
                assert client.is_ended(), name


def test_hundreds_of_clients_that_break_the_protocol_leave_nothing_behind(target: Target) -> None:
    """A5."""
    with target.attacked():
        for said, expected in list(WRONG.values()) * 12:
            with target.open() as client:
                client.send(said)
                assert client.close_frame().code == expected
