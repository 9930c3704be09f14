"""PITFALLS A6: who is slow, or silent, or never listens, or talks without end."""

import select
from contextlib import ExitStack

from websockets.frames import Opcode

from tests.ws.gateway.hostile.target import Target
from tests.ws.gateway.raw_client import RawClient, frame_bytes
from tests.ws.gateway.requests import request
from tests.ws.observed import wait_until

SETTINGS = {"WS": {"HANDSHAKE_SECONDS": 1.0}}
MESSAGE = bytes(50_000)
MIB = 1024 * 1024


def ends_before(client: RawClient, said: bytes) -> bool:
    """Whether the server ends the connection before all of this was said, a byte at a time."""
    for byte in said:
        if select.select([client.socket], [], [], 0.1)[0]:
            return client.is_ended()
        client.send(bytes([byte]))
    return False


def test_two_hundred_silent_connections_are_closed(target: Target) -> None:
    """A6: silent TCP."""
    with target.attacked(), ExitStack() as cleanup:
        silent = [cleanup.enter_context(target.connect()) for _ in range(200)]
        assert all(client.is_ended() for client in silent)


def test_a_head_that_comes_byte_by_byte_is_cut_off_however_steadily_it_comes(target: Target) -> None:
    """A6: one header byte per second."""
    with target.attacked(), target.connect() as client:
        assert ends_before(client, request("/ws/sky"))


def test_unfinished_heads_are_bounded_and_closed(target: Target) -> None:
    """A6."""
    with target.attacked(), ExitStack() as cleanup:
        clients = [cleanup.enter_context(target.connect()) for _ in range(300)]
        for client in clients:
            client.send(request("/ws/sky").removesuffix(b"\r\n") + b"X-Long: " + b"a" * 7000)
        assert all(client.is_ended() for client in clients)


def test_who_never_reads_is_closed_and_100_mib_for_it_are_kept_nowhere(target: Target) -> None:
    """A6: with 4408, which says resume."""
    with target.attacked(), ExitStack() as cleanup:
        deaf = [
            cleanup.enter_context(target.open("/ws/loud?subscribe-broadcast", receive_buffer=4096)) for _ in range(3)
        ]
        reader = cleanup.enter_context(target.open("/ws/pace?subscribe-broadcast"))
        pipeline = target.publisher.pipeline(transaction=False)
        for number in range(100):
            for _ in range(MIB // len(MESSAGE)):
                pipeline.publish("test:broadcast:loud", MESSAGE)
            pipeline.publish("test:broadcast:pace", str(number))
            pipeline.execute()
            # Redis would end the gateway's connection if that were 32 MB behind (client-output-buffer-limit).
            while reader.text() != str(number):
                pass
        wait_until(lambda: target.process.output.count("too slow") == len(deaf))
        assert [client.close_frame().code for client in deaf] == [4408] * len(deaf)


def test_twenty_thousand_pings_are_read_at_a_pace_and_the_client_stays(target: Target) -> None:
    """A6: rate-limited, by MAX_MESSAGES_PER_SECOND."""
    with target.attacked(), target.open() as client:
        client.send(frame_bytes(Opcode.PING, b"?") * 20_000)
        assert [client.frame().opcode for _ in range(1000)] == [Opcode.PONG] * 1000
        wait_until(lambda: "says too much at once" in target.process.output)


def test_pings_of_who_never_listens_need_no_memory(target: Target) -> None:
    """A6."""
    pings = frame_bytes(Opcode.PING, bytes(125)) * 500
    with target.attacked(), ExitStack() as cleanup:
        for _ in range(50):
            cleanup.enter_context(target.open(receive_buffer=4096)).send(pings)
