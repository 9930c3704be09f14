"""PITFALLS A9: words that nobody allowed, and texts that look like something to be read."""

import json

from websockets.frames import Opcode

from tests.ws.gateway.hostile.target import Target
from tests.ws.gateway.raw_client import HEARTBEAT, RawClient

SETTINGS = {"WS": {"MAX_MESSAGES_PER_SECOND": 10_000}}
EVERY_WORD = "subscribe-broadcast&publish-broadcast&publish-user&publish-group&publish-session&echo"
BOMBS = [
    b"[" * 60_000,
    b'{"a":' * 10_000,
    b'{"since": "' + b"9" * 60_000 + b'"}',
    json.dumps({"subscribe": ["broadcast:sky"] * 3000}).encode(),
    b'{"__proto__": {"seq": 1e999}}',
    b'{"status": "created", "seq": 99999999999999999999}',
]


def heard(client: RawClient, times: int) -> set[str]:
    return {client.text() for _ in range(times)}


def test_without_allowance_nothing_is_published_and_the_connection_stays(target: Target) -> None:
    """A9."""
    with target.attacked(), target.open("/ws/sky?subscribe-broadcast") as other:
        with target.open(f"/ws/sky?{EVERY_WORD}") as client:
            for _ in range(500):
                client.send_frame(Opcode.TEXT, b"for everybody")
                assert client.text() == HEARTBEAT
        assert target.publisher.get("test:broadcast:sky") is None
        target.publisher.publish("test:broadcast:sky", "end")
        while (text := other.text()) != "end":
            assert text == HEARTBEAT


def test_bombs_of_json_are_texts_like_others(target: Target) -> None:
    """A9. Nothing that a client says is parsed: where a client resumes it says so in its address (`since`)."""
    with target.attacked(), target.open(f"/ws/sky?{EVERY_WORD}") as client:
        for bomb in BOMBS * 20:
            client.send_frame(Opcode.TEXT, bomb)
            assert client.text() == HEARTBEAT
