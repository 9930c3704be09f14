"""Redis's address, as people read it."""

from typing import Any

import pytest

from project.environment import redis_arguments
from ws.redis_address import redis_address


@pytest.mark.parametrize(
    ("connection", "address"),
    [
        ({}, "redis://localhost:6379/0"),
        ({"host": "redis.test", "port": 6380, "db": 3}, "redis://redis.test:6380/3"),
        ({"host": "redis.test", "ssl": True}, "rediss://redis.test:6379/0"),
        ({"unix_socket_path": "/run/redis.sock"}, "unix:/run/redis.sock?db=0"),
        ({"unix_socket_path": "/run/redis.sock", "db": 2, "host": "unused"}, "unix:/run/redis.sock?db=2"),
        ({"sentinel": {"hosts": [("a", 1), ("b", 2)], "service": "main"}, "db": 2}, "sentinel://a:1,b:2/main/2"),
        ({"cluster": True, "host": "redis.test"}, "cluster://redis.test:6379"),
        ({"cluster": {"hosts": [("a", 1), ("b", 2)]}}, "cluster://a:1,b:2"),
    ],
)
def test_an_address_says_where_redis_is(connection: dict[str, Any], address: str) -> None:
    assert redis_address(connection) == address


@pytest.mark.parametrize("url", ["redis://:secret@redis.test:6380/1", "rediss://:secret@redis.test:6380/1"])
def test_a_url_is_read_back_without_its_password(url: str) -> None:
    assert redis_address(redis_arguments(url)) == url.replace(":secret@", "")
