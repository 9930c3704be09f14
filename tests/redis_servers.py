"""Several real servers that stand together: a master with replicas, Sentinel beside them, or a Cluster."""

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import Any, Self

import redis

from project.development.programs import free_port
from project.development.valkey import Valkey
from tests.ws.observed import wait_until

SLOTS = 16384


class RedisServers:
    """Servers that know each other's password. They end with the block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.password = token_hex(16)
        self._cleanup = ExitStack()
        self._count = 0
        self._nodes: list[Valkey] = []
        """The Cluster's."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._cleanup.close()

    def start(self, *lines: str, is_sentinel: bool = False) -> Valkey:
        """One more, with these lines in its configuration."""
        self._count += 1
        folder = self._folder / f"server-{self._count}"
        folder.mkdir(parents=True)
        (folder / "password").write_text(self.password, encoding="ascii")
        common = [] if is_sentinel else [f"masterauth {self.password}", "repl-diskless-sync-delay 0"]
        server = Valkey(folder, [*common, *lines], is_sentinel=is_sentinel)
        self._cleanup.callback(server.kill)
        server.start()
        return server

    def start_replica(self, port: int) -> Valkey:
        """One that follows the master behind this port. Returned when it does."""
        server = self.start(f"replicaof 127.0.0.1 {port}")
        with redis.Redis.from_url(server.url) as client:
            wait_until(lambda: client.info("replication")["master_link_status"] == "up")
        return server

    def start_service(self) -> int:
        """A master as the service "main"; the port of its Sentinel."""
        return self.start_sentinel(self.start()).port

    def start_sentinel(self, master: Valkey) -> Valkey:
        """One that alone decides about a fail-over of the service "main", after `wait_for_fit_replica`.

        Before that it is patient with the master; and with itself: after a pause of 2 s it would do nothing for 30 s.
        """
        sentinel = self.start(
            f"sentinel monitor main 127.0.0.1 {master.port} 1",
            f"sentinel auth-pass main {self.password}",
            "sentinel down-after-milliseconds main 600000",
            "sentinel failover-timeout main 3000",
            is_sentinel=True,
        )
        with suppress(redis.ResponseError):  # Redis 6.2 does not let us
            ask(sentinel, "SENTINEL", "DEBUG", "TILT-TRIGGER", 600_000)
        return sentinel

    def start_cluster(self, masters: int) -> Sequence[Valkey]:
        """So many masters, which have shared the slots among themselves and know it."""
        servers = [self._start_node() for _ in range(masters)]
        share = SLOTS // masters
        for number, server in enumerate(servers):
            last = SLOTS - 1 if number == masters - 1 else (number + 1) * share - 1
            ask(server, "CLUSTER", "ADDSLOTSRANGE", number * share, last)
            ask(server, "CLUSTER", "MEET", "127.0.0.1", servers[0].port, bus_port(servers[0]))
        for server in servers:
            wait_until(lambda server=server: is_whole(server))  # type: ignore[misc]
        return servers

    def start_cluster_replica(self, master: Valkey) -> Valkey:
        """One more node, which follows this one, and takes over where it is silent. Returned when it does."""
        server = self._start_node()
        ask(server, "CLUSTER", "MEET", "127.0.0.1", master.port, bus_port(master))
        name = ask(master, "CLUSTER", "MYID").decode()
        wait_until(lambda: name in ask(server, "CLUSTER", "NODES").decode() and is_whole(server))
        ask(server, "CLUSTER", "REPLICATE", name)
        with redis.Redis.from_url(server.url) as client:
            wait_until(lambda: client.info("replication").get("master_link_status") == "up")
        for node in self._nodes:
            ask(node, "CONFIG", "SET", "cluster-node-timeout", 2000)
        return server

    def move_slot(self, slot: int, owner: Valkey, target: Valkey) -> None:
        """Give a slot with its keys to another master, as `valkey-cli --cluster reshard` does."""
        names = [ask(server, "CLUSTER", "MYID").decode() for server in (owner, target)]
        ask(target, "CLUSTER", "SETSLOT", slot, "IMPORTING", names[0])
        ask(owner, "CLUSTER", "SETSLOT", slot, "MIGRATING", names[1])
        keys = [key.decode() for key in ask(owner, "CLUSTER", "GETKEYSINSLOT", slot, 100)]
        ask(owner, "MIGRATE", "127.0.0.1", target.port, "", 0, 5000, "AUTH", self.password, "KEYS", *keys)
        for server in (target, owner):
            ask(server, "CLUSTER", "SETSLOT", slot, "NODE", names[1])

    def _start_node(self) -> Valkey:
        """Patient with the others: one that stands still for a moment would take the whole Cluster down."""
        node = self.start("cluster-enabled yes", f"cluster-port {free_port()}", "cluster-node-timeout 30000")
        self._nodes.append(node)
        return node


def ask(server: Valkey, *command: str | int) -> Any:  # noqa: ANN401 - whatever it answers
    """One command to this server itself."""
    with redis.Redis.from_url(server.url, protocol=2) as client:
        connection = client.connection_pool.get_connection()
        connection.send_command(*command)
        return connection.read_response()


def slot_owner(masters: Sequence[Valkey], slot: int) -> tuple[Valkey, Valkey]:
    """The master of a fresh Cluster that has this slot, and one that has not."""
    owner = masters[slot // (SLOTS // len(masters))]
    return owner, next(server for server in masters if server is not owner)


def wait_for_fit_replica(sentinel: Valkey) -> None:
    """Until Sentinel knows a replica that it may promote, as it does from here on where the master is silent."""
    wait_until(lambda: any(b"ok" in replica for replica in ask(sentinel, "SENTINEL", "REPLICAS", "main")))
    ask(sentinel, "SENTINEL", "SET", "main", "down-after-milliseconds", 500)


def wait_for_replica(master: Valkey) -> None:
    """Until a replica has all that was written so far."""
    with redis.Redis.from_url(master.url, single_connection_client=True) as client:
        client.set("{of the tests}", "")
        assert client.wait(1, 10_000) == 1, "no replica has it all"


def bus_port(server: Valkey) -> int:
    return int(ask(server, "CONFIG", "GET", "cluster-port")[1])


def is_whole(server: Valkey) -> bool:
    """Whether this node knows of a master for every slot."""
    return b"cluster_state:ok" in ask(server, "CLUSTER", "INFO")
