"""Redis's address for people to read, without its password."""

from collections.abc import Iterable, Mapping
from typing import Any


def redis_address(connection: Mapping[str, Any]) -> str:
    """`redis://host:port/db`, `unix:path?db=…`, `sentinel://hosts/service/db` or `cluster://hosts`."""
    number = connection.get("db", 0)
    if sentinel := connection.get("sentinel"):
        return f"sentinel://{_hosts(sentinel['hosts'])}/{sentinel['service']}/{number}"
    host = (connection.get("host", "localhost"), connection.get("port", 6379))
    if cluster := connection.get("cluster"):
        return f"cluster://{_hosts(cluster['hosts'] if isinstance(cluster, Mapping) else [host])}"
    if path := connection.get("unix_socket_path"):
        return f"unix:{path}?db={number}"
    scheme = "rediss" if connection.get("ssl") else "redis"
    return f"{scheme}://{_hosts([host])}/{number}"


def _hosts(hosts: Iterable[tuple[str, int]]) -> str:
    return ",".join(f"{host}:{port}" for host, port in hosts)
