"""The site's connections to Redis: shared, replaced when they are dead, and at the master."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import redis
from pytest_django import Settings
from redis.crc import key_slot

from project.development.programs import free_port
from project.development.valkey import Valkey
from project.environment import redis_arguments
from tests.processes import Process
from tests.redis_servers import RedisServers, slot_owner, wait_for_fit_replica
from tests.wire_cutter import WireCutter
from tests.ws.ear import Ear
from tests.ws.observed import wait_until
from ws.redis_pool import MasterPool, pool
from ws.settings import load

PREFIX = "{test}"

FORK = """
import os
from ws.redis_pool import pool
mine = pool.call(("CLIENT", "ID"))
if child := os.fork():
    assert os.waitpid(child, 0)[1] == 0
    assert pool.call(("CLIENT", "ID")) == mine
    print("parent's own")
else:
    assert pool.call(("CLIENT", "ID")) != mine
    print("child's own", flush=True)
    os._exit(0)
"""


def pool_of(**connection: Any) -> MasterPool:  # noqa: ANN401 - redis-py's arguments
    settings = replace(load(), connection=connection, prefix=PREFIX)
    return MasterPool(lambda: settings)


@pytest.mark.usefixtures("site_redis")
def test_one_command_has_one_answer_and_several_have_theirs(settings: Settings) -> None:
    key = f"{settings.WS4REDIS_PREFIX}:key"
    assert pool.call(("SET", key, b"value", "EX", 10)) == [b"OK"]
    assert pool.call(("GET", key), ("DEL", key), ("GET", key)) == [b"value", 1, None]


def test_several_commands_are_done_all_or_none(site_redis: redis.Redis, settings: Settings) -> None:
    key = f"{settings.WS4REDIS_PREFIX}:key"
    with pytest.raises(redis.ResponseError, match="unknown command"):
        pool.call(("SET", key, "value"), ("NOSUCH",))
    assert site_redis.get(key) is None
    assert pool.call(("PING",)) == [b"PONG"]


@pytest.mark.usefixtures("site_redis")
def test_an_error_among_the_answers_is_raised(settings: Settings) -> None:
    key = f"{settings.WS4REDIS_PREFIX}:key"
    with pytest.raises(redis.ResponseError, match="not an integer"):
        pool.call(("SET", key, "text", "EX", 10), ("INCR", key))


@pytest.mark.usefixtures("site_redis")
def test_threads_get_the_answers_to_what_they_asked() -> None:
    with ThreadPoolExecutor(8) as threads:
        numbers = range(400)
        answers = threads.map(lambda number: pool.call(("ECHO", str(number)))[0], numbers)
        assert [int(answer) for answer in answers] == [*numbers]


def test_a_child_process_makes_connections_of_its_own(redis_url: str) -> None:
    environment = {"DJANGO_SETTINGS_MODULE": "project.settings", "REDIS_URL": redis_url}
    with Process([sys.executable, "-c", f"import django; django.setup(){FORK}"], environment) as process:
        assert process.wait() == 0, process.output
        assert sorted(process.output.splitlines()) == ["child's own", "parent's own"]


def test_a_server_that_was_restarted_is_met_again(own_redis: Valkey) -> None:
    restarted = pool_of(**redis_arguments(own_redis.url))
    assert restarted.call(("PING",)) == [b"PONG"]
    own_redis.stop()
    with pytest.raises(redis.ConnectionError):
        restarted.call(("PING",))
    own_redis.start()
    assert restarted.call(("PING",)) == [b"PONG"]


def test_what_may_have_been_done_is_not_done_again(site_redis: redis.Redis, redis_url: str) -> None:
    with WireCutter(redis_url) as wire:
        cut = pool_of(**redis_arguments(wire.url))
        site_redis.delete(f"{PREFIX}:counted")
        assert cut.call(("INCR", f"{PREFIX}:counted")) == [1]
        wire.cut_at_answer()
        with pytest.raises(redis.ConnectionError):
            cut.call(("INCR", f"{PREFIX}:counted"))
        assert cut.call(("GET", f"{PREFIX}:counted")) == [b"2"]


def test_an_answer_that_comes_too_late_is_not_taken_for_the_next(redis_url: str) -> None:
    with WireCutter(redis_url) as wire:
        slow = pool_of(**redis_arguments(wire.url), socket_timeout=3.0)
        assert slow.call(("PING",)) == [b"PONG"]
        wire.hold()
        with pytest.raises(redis.TimeoutError):
            slow.call(("ECHO", "late"))
        wire.release()
        assert slow.call(("ECHO", "next")) == [b"next"]


def test_other_settings_lead_to_another_server(redis_url: str, own_redis: Valkey, settings: Settings) -> None:
    for url, port in ((redis_url, redis_arguments(redis_url)["port"]), (own_redis.url, own_redis.port)):
        settings.WS4REDIS_CONNECTION = redis_arguments(url)
        assert pool.call(("CONFIG", "GET", "port")) == [[b"port", str(port).encode()]]


def test_the_master_that_sentinel_names_is_followed(servers: RedisServers) -> None:
    master = servers.start()
    replica, sentinel = servers.start_replica(master.port), servers.start_sentinel(master)
    where = {"hosts": [("127.0.0.1", sentinel.port)], "service": "main", "password": servers.password}
    followed = pool_of(password=servers.password, sentinel=where)
    assert followed.call(("ROLE",))[0][0] == b"master"
    wait_for_fit_replica(sentinel)
    master.kill()
    wait_until(lambda: takes(followed, replica.port))


def test_a_server_that_became_a_replica_publishes_nothing_of_what_it_may_not_keep(own_redis: Valkey) -> None:
    demoted = pool_of(**redis_arguments(own_redis.url))
    with redis.Redis.from_url(own_redis.url) as client, Ear(client, PREFIX) as ear:
        client.replicaof("127.0.0.1", str(free_port()))
        with pytest.raises(redis.ReadOnlyError):
            demoted.call(("PUBLISH", f"{PREFIX}:sky", "message"), ("SET", f"{PREFIX}:sky", "message"))
        client.replicaof("NO", "ONE")
        assert demoted.call(("PUBLISH", f"{PREFIX}:sky", "message")) == [1]
        assert ear.heard() == [("sky", "message")]


def test_the_master_of_the_prefixs_slot_is_followed_when_the_slot_moves(servers: RedisServers) -> None:
    slot = key_slot(PREFIX.encode())
    owner, other = slot_owner(servers.start_cluster(2), slot)
    followed = pool_of(host="127.0.0.1", port=other.port, password=servers.password, cluster=True)
    commands = (("PUBLISH", f"{PREFIX}:sky", "message"), ("SET", f"{PREFIX}:sky", "message", "EX", 10))
    assert followed.call(*commands) == [0, b"OK"]
    servers.move_slot(slot, owner, other)
    assert followed.call(*commands) == [0, b"OK"]
    assert takes(followed, other.port)


def takes(followed: MasterPool, port: int) -> bool:
    """Whether the server at this port takes what is written."""
    try:
        followed.call(("SET", f"{PREFIX}:key", "value"))
        return bool(followed.call(("CONFIG", "GET", "port")) == [[b"port", str(port).encode()]])
    except (redis.RedisError, OSError):
        return False
