"""Which server to talk to: `WS4REDIS_CONNECTION` in, plain keyword arguments of redis-py's client out.

`"sentinel": {"hosts": [(host, port), …], "service": name, …}` asks the Sentinels for the service's master; what else
stands in it, as "password", is for them. `"cluster": True` asks the server at host and port, or
`"cluster": {"hosts": [(host, port), …]}` each of these in turn, for the master that has the prefix's hash slot.
Asked anew at each connect: after a fail-over the answer is another.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.crc import key_slot
from redis.retry import Retry
from redis.sentinel import Sentinel

ANSWER_SECONDS = 1.0
"""One that says nothing is passed over for the next."""

Arguments = Mapping[str, Any]


class NoMasterError(redis.ConnectionError):
    """None of those who should know could name a master."""


def master(connection: Arguments, prefix: str | None) -> dict[str, Any]:
    """Where the master is now. Blocks for as long as it takes to ask; at most a second or two for each of the hosts.

    Raises redis.RedisError or OSError where nobody knows.
    """
    sentinel, cluster = connection.get("sentinel"), connection.get("cluster")
    plain = {name: value for name, value in connection.items() if name not in {"sentinel", "cluster"}}
    if sentinel or cluster:
        plain.pop("unix_socket_path", None)  # redis-py would prefer it to host and port
    if sentinel:
        return plain | _sentinel_master(sentinel)
    if cluster:
        return plain | _slot_master(cluster, plain, key_slot((prefix or "").encode()))
    return plain


def _sentinel_master(sentinel: Arguments) -> dict[str, Any]:
    asking = {name: value for name, value in sentinel.items() if name not in {"hosts", "service"}}
    asked = Sentinel(sentinel["hosts"], sentinel_kwargs=_patient_once(asking))  # type: ignore[no-untyped-call]
    try:
        host, port = asked.discover_master(sentinel["service"])  # type: ignore[no-untyped-call]
    finally:
        for client in asked.sentinels:
            client.close()
    return {"host": host, "port": port}


def _slot_master(cluster: bool | Arguments, plain: Arguments, slot: int) -> dict[str, Any]:  # noqa: FBT001 - a setting
    errors: list[str] = []
    for host, port in _hosts(cluster, plain):
        try:
            with redis.Redis(**_patient_once({**plain, "host": host, "port": port})) as client:
                ranges = client.execute_command("CLUSTER", "SLOTS")
        except (redis.RedisError, OSError) as error:
            errors.append(f"{host}:{port}: {error}")
            continue
        for first, last, (master_host, master_port, *_), *_ in ranges:
            if first <= slot <= last:
                return {"host": master_host.decode() if master_host else host, "port": master_port}
        errors.append(f"{host}:{port}: nobody has slot {slot}")
    raise NoMasterError("; ".join(errors))


def _hosts(cluster: bool | Arguments, plain: Arguments) -> Iterator[tuple[str, int]]:  # noqa: FBT001 - a setting
    if isinstance(cluster, Mapping):
        yield from cluster["hosts"]
    else:
        yield plain.get("host", "localhost"), plain.get("port", 6379)


def _patient_once(arguments: Arguments) -> dict[str, Any]:
    """redis-py would try ten times by itself."""
    seconds = {"socket_timeout": ANSWER_SECONDS, "socket_connect_timeout": ANSWER_SECONDS}
    return {**arguments, **seconds, "decode_responses": False, "protocol": 2, "retry": Retry(NoBackoff(), 0)}
