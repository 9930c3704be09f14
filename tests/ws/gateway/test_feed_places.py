"""The gateway follows Redis's master, as Sentinel or the Cluster names it."""

from redis.crc import key_slot

from project.development.valkey import Valkey
from tests.redis_servers import RedisServers, ask, slot_owner, wait_for_fit_replica
from tests.ws.gateway.conftest import MakeGateway, RunningGateway
from tests.ws.gateway.test_server import next_message
from ws.gateway.observations import RedisRegained

PREFIX = "{test}"


def serves(gateway: RunningGateway, facility: str, server: Valkey) -> bool:
    """Whether a new client gets what is published there."""
    with gateway.follow(facility) as client:
        ask(server, "PUBLISH", f"{PREFIX}:broadcast:{facility}", "served")
        return next_message(client) == "served"


def test_the_master_that_sentinel_names_is_followed(
    servers: RedisServers, make_gateway: MakeGateway, facility: str
) -> None:
    master = servers.start()
    replica, sentinel = servers.start_replica(master.port), servers.start_sentinel(master)
    where = {"hosts": [("127.0.0.1", sentinel.port)], "service": "main", "password": servers.password}
    gateway = make_gateway(connection={"password": servers.password, "sentinel": where}, prefix=PREFIX)
    assert serves(gateway, facility, master)
    wait_for_fit_replica(sentinel)
    master.kill()
    gateway.observed.wait_for(RedisRegained)
    assert b"role:master" in ask(replica, "INFO", "replication")
    assert serves(gateway, facility, replica)


def test_the_master_of_the_prefixs_slot_is_followed_when_the_slot_moves(
    servers: RedisServers, make_gateway: MakeGateway, facility: str
) -> None:
    slot = key_slot(PREFIX.encode())
    owner, other = slot_owner(servers.start_cluster(3), slot)
    where = {"host": "127.0.0.1", "port": other.port, "password": servers.password, "cluster": True}
    gateway = make_gateway(connection=where, prefix=PREFIX)
    assert serves(gateway, facility, owner)
    ask(owner, "SET", f"{PREFIX}:broadcast:{facility}", "kept")
    servers.move_slot(slot, owner, other)
    with gateway.connect(facility):
        gateway.observed.wait_for(RedisRegained)
    with gateway.connect(facility) as client:
        assert next_message(client) == "kept"
