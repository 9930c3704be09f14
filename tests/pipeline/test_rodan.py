"""What Rodan's pages and its operators rely on, on the reference site."""

import json

import redis

from project import settings
from tests.pipeline.conftest import HEARTBEAT, MESSAGE_SECONDS, Pipeline, next_text

WORDS = "subscribe-broadcast&publish-broadcast&echo"
MANY = 200


def test_the_reference_sites_settings_are_rodans() -> None:
    """Compatibility R6."""
    assert (settings.WEBSOCKET_URL, settings.WS4REDIS_EXPIRE) == ("/ws/", 3600)
    assert (settings.WS4REDIS_HEARTBEAT, settings.WS4REDIS_PREFIX) == (HEARTBEAT, "rodan")


def test_what_rodans_pages_hear_is_heartbeats_and_json(pipeline: Pipeline) -> None:
    """Compatibility R5."""
    with pipeline.connect(WORDS) as page:
        while page.recv(MESSAGE_SECONDS) != HEARTBEAT:
            pass
        page.send(HEARTBEAT)
        assert page.recv(MESSAGE_SECONDS) == HEARTBEAT
        pipeline.execute("INSERT INTO project_project (name) VALUES ('for the page')")
        assert list(json.loads(next_text(page))) == ["status", "model", "uuid", "seq"]


def test_messages_are_published_on_rodans_channel(pipeline: Pipeline) -> None:
    """Compatibility R1, R4, N1, N2, N8."""
    with redis.Redis.from_url(pipeline.environment["REDIS_URL"]) as client, client.pubsub() as ear:
        ear.subscribe("rodan:broadcast:rodan")
        assert ear.get_message(timeout=MESSAGE_SECONDS)["type"] == "subscribe"
        pipeline.execute("INSERT INTO project_project (name) VALUES ('on the channel')")
        message = ear.get_message(timeout=MESSAGE_SECONDS)["data"]
        assert json.loads(message)["status"] == "created"
        assert client.get("rodan:broadcast:rodan") == message


def test_rows_need_no_further_connection_to_redis(pipeline: Pipeline) -> None:
    """Compatibility R9."""
    with redis.Redis.from_url(pipeline.environment["REDIS_URL"]) as observer, pipeline.client() as client:
        before = observer.info("stats")["total_connections_received"]
        for number in range(MANY):
            pipeline.execute("INSERT INTO project_project (name) VALUES (%s)", f"row {number}")
        assert [json.loads(next_text(client))["status"] for _ in range(MANY)] == ["created"] * MANY
        assert observer.info("stats")["total_connections_received"] == before
