"""What can be published, and what cannot (WS4REDIS.md, section 5)."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from pytest_django import Settings

from ws.redis_message import RedisMessage, written
from ws.wire.message import seq_of

HEARTBEAT = "--heartbeat--"
NUMBERED = '{"status": "updated", "seq": 17}'


@pytest.mark.parametrize("value", ["grüße", "grüße".encode(), bytearray("grüße".encode())])
def test_a_redis_message_is_bytes(value: str | bytes | bytearray) -> None:
    """Compatibility P5."""
    message = RedisMessage(value)
    assert isinstance(message, bytes)
    assert message == "grüße".encode()


@pytest.mark.parametrize("value", [HEARTBEAT, HEARTBEAT.encode(), bytearray(HEARTBEAT.encode())])
def test_the_heartbeat_is_no_redis_message(settings: Settings, value: str | bytes | bytearray) -> None:
    """Compatibility S7, P6."""
    settings.WS4REDIS_HEARTBEAT = HEARTBEAT
    assert RedisMessage(value) is None
    settings.WS4REDIS_HEARTBEAT = None
    assert RedisMessage(value) == HEARTBEAT.encode()


def test_what_redis_pubsub_hands_out_is_read() -> None:
    assert RedisMessage([b"message", b"broadcast:sky", b"text"]) == b"text"
    assert RedisMessage([b"subscribe", b"broadcast:sky", 1]) is None


@pytest.mark.parametrize("value", [7, None, {"status": "updated"}])
def test_anything_else_is_an_error(value: object) -> None:
    with pytest.raises(TypeError, match="expected text or bytes"):
        RedisMessage(value)  # type: ignore[arg-type] # that is the mistake


@pytest.mark.parametrize("message", ["", "text", '{"status": "updated"}'])
def test_text_and_bytes_travel_as_they_are(message: str) -> None:
    assert written(message) == written(message.encode()) == written(RedisMessage(message)) == message.encode()


def test_anything_else_travels_as_json() -> None:
    assert written({"ü": [1, None, True]}) == '{"ü":[1,null,true]}'.encode()
    assert written(UUID(int=1)) == b'"00000000-0000-0000-0000-000000000001"'
    assert written([datetime(2026, 1, 2, tzinfo=UTC)]) == b'["2026-01-02T00:00:00Z"]'


@pytest.mark.parametrize("message", [None, object(), {"a": object()}, {1, 2}])
def test_what_is_no_json_is_a_type_error(message: object) -> None:
    with pytest.raises(TypeError):
        written(message)


@pytest.mark.parametrize("message", [float("nan"), [float("inf")], "\ud800", ["\ud800"]])
def test_what_no_browser_could_read_is_a_value_error(message: object) -> None:
    with pytest.raises(ValueError, match=r"JSON|surrogates"):
        written(message)


def test_the_heartbeat_cannot_be_published(settings: Settings) -> None:
    settings.WS4REDIS_HEARTBEAT = HEARTBEAT
    with pytest.raises(ValueError, match="heartbeat"):
        written(HEARTBEAT)


@pytest.mark.parametrize("message", [NUMBERED, NUMBERED.encode()])
def test_what_the_gateway_would_take_for_the_listeners_cannot_be_published(message: object) -> None:
    with pytest.raises(ValueError, match="ends with"):
        written(message)


@pytest.mark.parametrize("message", [{"seq": 17}, {"a": 1, "seq": 17}, {"a": ', "seq": 17'}, {"a": {"b": 1, "seq": 1}}])
def test_what_is_written_as_json_is_never_taken_for_the_listeners(message: object) -> None:
    assert seq_of(written(message)) is None
