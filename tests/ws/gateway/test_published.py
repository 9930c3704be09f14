"""What the site publishes reaches the gateway's clients, and who comes later gets the last of it."""

import pytest
import redis
from pytest_django import Settings

from tests.ws.gateway.conftest import MESSAGE_SECONDS, RunningGateway
from tests.ws.gateway.test_server import next_message
from ws.publisher import RedisMessage, RedisPublisher, publish

MESSAGES = ["text", '{"a": 1}', "grüße", ""]


@pytest.fixture(autouse=True)
def site_of_the_gateway(site_redis: redis.Redis, settings: Settings) -> None:  # noqa: ARG001 - its settings
    settings.WS4REDIS_PREFIX = "test"


def test_all_messages_arrive_in_order(gateway: RunningGateway, facility: str) -> None:
    with gateway.follow(facility) as client:
        for message in MESSAGES:
            publish(facility, message, at_once=True)
        publish(facility, {"b": [2]}, at_once=True)
        assert [next_message(client) for _ in range(5)] == [*MESSAGES, '{"b":[2]}']


def test_who_comes_later_gets_the_last_one_that_is_kept(gateway: RunningGateway, facility: str) -> None:
    """Compatibility N9."""
    publisher = RedisPublisher(facility=facility, broadcast=True)
    publisher.publish_message(RedisMessage("kept"))
    publisher.publish_message(RedisMessage("not kept"), expire=0)
    with gateway.connect(facility) as client:
        assert client.recv(MESSAGE_SECONDS) == "kept"
