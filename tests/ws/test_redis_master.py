"""Where the master is: what the settings say, or Sentinel, or the Cluster."""

from typing import Any

import pytest
import redis

from project.development.programs import free_port
from tests.redis_servers import RedisServers
from ws.redis_master import NoMasterError, master


@pytest.mark.parametrize(
    "connection",
    [{}, {"host": "redis.test", "port": 6380, "db": 3, "password": "secret"}, {"unix_socket_path": "/run/redis.sock"}],
)
def test_a_plain_address_is_taken_as_it_is(connection: dict[str, Any]) -> None:
    assert master(connection, None) == connection
    assert master({**connection, "sentinel": None, "cluster": False}, "{test}") == connection


def test_what_else_the_settings_say_stays(servers: RedisServers) -> None:
    sentinel = {"hosts": [("127.0.0.1", servers.start_service())], "service": "main", "password": servers.password}
    settings = {"db": 3, "password": "secret", "ssl": False, "unix_socket_path": "/run/redis.sock", "host": "unused"}
    found = master({**settings, "sentinel": sentinel}, None)
    assert found == {"db": 3, "password": "secret", "ssl": False, "host": "127.0.0.1", "port": found["port"]}


def test_a_service_that_sentinel_does_not_know_has_no_master(servers: RedisServers) -> None:
    hosts = [("127.0.0.1", servers.start_service())]
    with pytest.raises(redis.ConnectionError, match="'another'"):
        master({"sentinel": {"hosts": hosts, "service": "another", "password": servers.password}}, None)


def test_a_wrong_password_of_sentinels_is_told(servers: RedisServers) -> None:
    hosts = [("127.0.0.1", servers.start_service())]
    with pytest.raises(redis.RedisError, match=r"[Aa]uth|password"):
        master({"sentinel": {"hosts": hosts, "service": "main", "password": "wrong"}}, None)


def test_where_nobody_answers_there_is_no_master() -> None:
    hosts = [("127.0.0.1", free_port()), ("127.0.0.1", free_port())]
    with pytest.raises(NoMasterError, match=f"{hosts[0][1]}.*{hosts[1][1]}"):
        master({"cluster": {"hosts": hosts}}, "{test}")
    with pytest.raises(redis.ConnectionError, match="main"):
        master({"sentinel": {"hosts": hosts, "service": "main"}}, None)


def test_a_server_that_is_no_cluster_has_no_slots(servers: RedisServers) -> None:
    server = servers.start()
    where = {"host": "127.0.0.1", "port": server.port, "password": servers.password, "cluster": True}
    with pytest.raises(NoMasterError, match="cluster support disabled"):
        master(where, "{test}")


def test_of_a_clusters_hosts_one_that_answers_is_enough(servers: RedisServers) -> None:
    masters = servers.start_cluster(2)
    hosts = [("127.0.0.1", free_port()), ("127.0.0.1", masters[0].port)]
    found = {
        master({"password": servers.password, "cluster": {"hosts": hosts}}, prefix)["port"] for prefix in ("{a}", "{b}")
    }
    assert found == {server.port for server in masters}
