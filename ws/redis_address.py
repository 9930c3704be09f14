"""Redis's address for people to read, without its password."""

from collections.abc import Mapping
from typing import Any


def redis_address(connection: Mapping[str, Any]) -> str:
    """`redis://host:port/db` or `unix:path?db=…`, from redis-py's keyword arguments."""
    number = connection.get("db", 0)
    if path := connection.get("unix_socket_path"):
        return f"unix:{path}?db={number}"
    scheme = "rediss" if connection.get("ssl") else "redis"
    return f"{scheme}://{connection.get('host', 'localhost')}:{connection.get('port', 6379)}/{number}"
