"""The gateway in a thread: with and without Redis, and its end."""

from contextlib import AbstractContextManager

import pytest
import redis
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from project.development.valkey import Valkey
from tests.ws.observed import wait_until
from tests.ws.shared_port.conftest import MakeDoor, RunningDoor

MESSAGE_SECONDS = 15.0
CHANNEL = "test:broadcast:rodan"


def follow(door: RunningDoor) -> AbstractContextManager[ClientConnection]:
    """A browser's connection, as soon as it is entered."""
    return connect(f"ws://127.0.0.1:{door.port}/ws/rodan?subscribe-broadcast", proxy=None)


def close_code(client: ClientConnection) -> int | None:
    try:
        while True:
            client.recv(MESSAGE_SECONDS)
    except ConnectionClosed:
        return client.close_code


def publish_until_heard(publisher: redis.Redis, client: ClientConnection) -> None:
    """The first message may be published before the subscription is there."""
    wait_until(lambda: publisher.publish(CHANNEL, "news") == 1)
    while client.recv(MESSAGE_SECONDS) != "news":
        pass


def test_a_message_reaches_the_client(door: RunningDoor, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as publisher, follow(door) as client:
        publish_until_heard(publisher, client)


@pytest.mark.parametrize(("name", "status"), [("localhost", 101), ("127.0.0.1", 101), ("rebound.example", 403)])
def test_a_page_may_connect_under_the_sites_own_names_only(door: RunningDoor, name: str, status: int) -> None:
    place = f"{name}:{door.port}"
    head = f"GET /ws/rodan HTTP/1.1\r\nHost: {place}\r\nOrigin: http://{place}\r\nUpgrade: websocket\r\n"
    head += "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
    with door.visitor() as visitor:
        visitor.sendall(head.encode())
        assert visitor.recv(64).startswith(f"HTTP/1.1 {status} ".encode())


def test_stopping_tells_clients_to_return_and_frees_the_port(door: RunningDoor) -> None:
    with follow(door) as client:
        door.stop()
        assert close_code(client) == 1012
    with pytest.raises(ConnectionRefusedError):
        door.visitor()


def test_stopping_twice_does_no_harm(door: RunningDoor) -> None:
    door.stop()
    door.stop()


def test_clients_come_in_without_redis_and_are_told_to_return_when_it_is_back(
    make_door: MakeDoor, own_redis: Valkey
) -> None:
    own_redis.stop()
    door = make_door(own_redis.url)
    with follow(door) as client:
        own_redis.start()
        assert close_code(client) == 1012
    with redis.Redis.from_url(own_redis.url) as publisher, follow(door) as client:
        publish_until_heard(publisher, client)


def test_redis_that_is_down_is_told_in_one_line_with_the_remedy(
    make_door: MakeDoor, own_redis: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    own_redis.stop()
    door = make_door(own_redis.url)
    with follow(door) as client:
        own_redis.start()
        assert close_code(client) == 1012
    absent, *rest = [record.getMessage() for record in caplog.records if record.levelname in {"ERROR", "WARNING"}]
    assert "Redis does not answer at redis://127.0.0.1:" in absent
    assert "REDIS_URL" in absent
    assert [line.partition(";")[0] for line in rest] == ["Redis is back"]
