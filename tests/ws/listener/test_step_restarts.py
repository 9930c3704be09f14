"""Redis restarts, goes back, or is replaced: the step says so, and what is held tells how far (PROTOCOL.md, X2)."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, rmtree

import pytest
import redis

from project.development.valkey import Valkey
from tests.redis_servers import RedisServers, ask, wait_for_replica
from tests.wire_cutter import WireCutter
from tests.ws.listener.conftest import MakeStep
from tests.ws.listener.steps import EPOCH, OTHER_EPOCH, RESYNC, begin, head_of, messages, streamed
from tests.ws.listener.test_step_refusals import refusal
from tests.ws.observed import wait_until
from ws.listener.link import NotPublishedError
from ws.listener.step import RefusedError, Step
from ws.wire.channels import Channel
from ws.wire.message import seq_of


@pytest.fixture
def leader(own_redis: Valkey, make_step: MakeStep, channel: Channel) -> Step:
    """One that published three messages; its cursor is "two". What is acknowledged is in the file.

    By default it is not for up to two seconds, while an earlier write is on its way to the disk.
    """
    ask(own_redis, "CONFIG", "SET", "appendfsync", "always")
    step = make_step(own_redis.url)
    begin(step, channel)
    step.publish("one", "two", {channel: messages(3)})
    return step


def restart(server: Valkey) -> None:
    server.kill()
    server.start()


def seqs(server: Valkey, channel: Channel) -> list[int | None]:
    with redis.Redis.from_url(server.url) as client:
        return [seq_of(message) for message in streamed(client, channel)]


def test_a_redis_that_restarted_is_refused_though_it_lost_nothing(
    leader: Step, own_redis: Valkey, channel: Channel
) -> None:
    restart(own_redis)
    assert refusal(lambda: leader.publish("two", "three", {channel: messages(1)}))[0] == "redis"
    held = leader.load([channel])
    assert (held.cursor, held.heads[channel].seq) == ("two", 3)
    assert held.redis != held.here
    assert seqs(own_redis, channel) == [1, 2, 3]


def test_a_confirmed_redis_goes_on_in_the_same_epoch(leader: Step, own_redis: Valkey, channel: Channel) -> None:
    restart(own_redis)
    leader.load([channel])
    leader.confirm("two")
    leader.publish("two", "three", {channel: messages(1)})
    assert (head_of(leader, channel).epoch, seqs(own_redis, channel)) == (EPOCH, [1, 2, 3, 4])


def test_only_what_was_loaded_is_confirmed(
    leader: Step, own_redis: Valkey, make_step: MakeStep, channel: Channel
) -> None:
    restart(own_redis)
    late, other = leader, make_step(own_redis.url)
    late.load([channel])
    other.load([channel])
    assert refusal(lambda: late.confirm("one")) == ("cursor", "two")
    other.begin("two", "two", {channel: OTHER_EPOCH}, {})
    assert refusal(lambda: late.confirm("two")) == ("head", channel)


def test_a_channel_of_several_cannot_begin_anew_in_another_redis(
    leader: Step, own_redis: Valkey, channel: Channel
) -> None:
    """The others would be taken over with it, unseen."""
    restart(own_redis)
    other = Channel(f"{channel}-other")
    leader.load([channel, other])
    assert refusal(lambda: leader.begin("two", "two", {other: EPOCH}, {}))[0] == "redis"
    leader.begin("two", "two", dict.fromkeys([channel, other], OTHER_EPOCH), {})
    leader.publish("two", "three", {channel: messages(1), other: messages(1)})


def test_an_empty_redis_is_refused_and_holds_nothing(
    leader: Step, own_redis: Valkey, channel: Channel, tmp_path: Path
) -> None:
    own_redis.kill()
    rmtree(tmp_path / "valkey" / "appendonlydir")
    own_redis.start()
    assert refusal(lambda: leader.publish("two", "three", {channel: messages(1)})) == ("cursor", "")
    assert refusal(lambda: leader.confirm("two")) == ("cursor", "")
    held = leader.load([channel])
    assert (held.cursor, held.redis, held.heads) == (None, None, {})
    leader.begin(None, "two", {channel: OTHER_EPOCH}, {channel: [RESYNC]})
    leader.publish("two", "three", {channel: messages(1)})
    assert head_of(leader, channel).epoch == OTHER_EPOCH


def test_a_redis_that_was_emptied_without_a_restart_is_refused(
    leader: Step, own_redis: Valkey, channel: Channel
) -> None:
    ask(own_redis, "FLUSHALL")
    assert refusal(lambda: leader.publish("two", "three", {channel: messages(1)})) == ("cursor", "")


def test_a_redis_with_older_data_is_refused_and_holds_the_older_cursor(
    leader: Step, own_redis: Valkey, channel: Channel, tmp_path: Path
) -> None:
    """The same seq would be given to another message."""
    kept, live = tmp_path / "older", tmp_path / "valkey" / "appendonlydir"
    copytree(live, kept)
    leader.publish("two", "three", {channel: messages(2)})
    own_redis.kill()
    rmtree(live)
    copytree(kept, live)
    own_redis.start()
    assert refusal(lambda: leader.publish("three", "four", {channel: messages(1)}))[0] == "redis"
    assert refusal(lambda: leader.confirm("three")) == ("cursor", "two")
    held = leader.load([channel])
    assert (held.cursor, held.heads[channel].seq) == ("two", 3)
    assert held.redis != held.here


def test_a_file_that_was_cut_in_mid_step_holds_the_whole_step_or_nothing_of_it(
    leader: Step, own_redis: Valkey, channel: Channel, tmp_path: Path
) -> None:
    leader.publish("two", "three", {channel: messages(2)})
    own_redis.kill()
    (file,) = (tmp_path / "valkey" / "appendonlydir").glob("*.incr.aof")
    file.write_bytes(file.read_bytes()[:-40])
    own_redis.start()
    held = leader.load([channel])
    assert (held.cursor, held.heads[channel].seq, held.torn) == ("two", 3, frozenset())
    assert seqs(own_redis, channel) == [1, 2, 3]


def test_a_first_replica_changes_what_redis_is_and_may_be_confirmed(
    servers: RedisServers, make_step: MakeStep, channel: Channel
) -> None:
    """A master takes another replication id when its first replica comes, and an hour after its last one went."""
    server = servers.start()
    step = make_step(server.url)
    begin(step, channel)
    servers.start_replica(server.port)
    assert refusal(lambda: step.publish("one", "two", {channel: messages(1)}))[0] == "redis"
    step.confirm("one")
    step.publish("one", "two", {channel: messages(1)})
    assert head_of(step, channel).epoch == EPOCH


@pytest.fixture
def moved(servers: RedisServers) -> Iterator[tuple[WireCutter, Valkey, Valkey, WireCutter]]:
    """One address of Redis, the master and the replica behind it, and the wire between these two."""
    master = servers.start()
    with WireCutter(master.url) as address, WireCutter(master.url) as between:
        replica = servers.start_replica(int(between.url.rpartition(":")[2].partition("/")[0]))
        yield address, master, replica, between


def test_a_replica_without_the_tail_is_refused_and_holds_the_older_cursor(
    moved: tuple[WireCutter, Valkey, Valkey, WireCutter], make_step: MakeStep, channel: Channel
) -> None:
    address, master, replica, between = moved
    step = make_step(address.url)
    begin(step, channel)
    wait_for_replica(master)
    between.refuse()
    step.publish("one", "two", {channel: messages(3)})
    ask(replica, "REPLICAOF", "NO", "ONE")
    address.lead_to(replica.url)
    assert refusal(lambda: step.publish("two", "three", {channel: messages(1)}))[0] == "redis"
    assert refusal(lambda: step.confirm("two")) == ("cursor", "one")
    held = step.load([channel])
    assert (held.cursor, held.heads[channel].seq) == ("one", 0)
    step.begin("one", "two", {channel: OTHER_EPOCH}, {channel: [RESYNC]})
    step.publish("two", "three", {channel: messages(1)})
    assert seqs(replica, channel) == [1, 2]


def test_a_replica_that_has_it_all_may_be_confirmed(
    moved: tuple[WireCutter, Valkey, Valkey, WireCutter], make_step: MakeStep, channel: Channel
) -> None:
    address, master, replica, _ = moved
    step = make_step(address.url)
    begin(step, channel)
    step.publish("one", "two", {channel: messages(3)})
    wait_for_replica(master)
    master.kill()
    ask(replica, "REPLICAOF", "NO", "ONE")
    address.lead_to(replica.url)
    assert refusal(lambda: step.publish("two", "three", {channel: messages(1)}))[0] == "redis"
    step.confirm("two")
    step.publish("two", "three", {channel: messages(1)})
    assert (head_of(step, channel).epoch, seqs(replica, channel)) == (EPOCH, [1, 2, 3, 4])


def test_a_server_that_followed_another_for_a_while_is_another_though_it_never_ended(
    servers: RedisServers, make_step: MakeStep, channel: Channel
) -> None:
    """Its run_id is the same; master_replid tells."""
    server = servers.start()
    step = make_step(server.url)
    begin(step, channel)
    copy = servers.start_replica(server.port)
    step.confirm("one")
    wait_for_replica(server)
    ask(copy, "REPLICAOF", "NO", "ONE")
    step.publish("one", "two", {channel: messages(3)})
    ask(server, "REPLICAOF", "127.0.0.1", copy.port)
    wait_until(lambda: b"master_link_status:up" in ask(server, "INFO", "replication"))
    ask(server, "REPLICAOF", "NO", "ONE")
    assert refusal(lambda: step.publish("two", "three", {channel: messages(1)}))[0] == "redis"
    held = step.load([channel])
    assert held.cursor == "one"
    assert held.redis is not None
    assert held.redis.split()[0] == held.here.split()[0]
    assert held.redis != held.here


def test_a_redis_that_is_down_or_loads_publishes_nothing(leader: Step, own_redis: Valkey, channel: Channel) -> None:
    """Whatever it says meanwhile, each message is published once."""
    for _ in range(20):
        leader.publish("two", "two", {channel: messages(500)})
    own_redis.kill()
    with pytest.raises(NotPublishedError):
        leader.publish("two", "three", {channel: messages(1)})
    own_redis.start()
    with pytest.raises(RefusedError):
        leader.publish("two", "three", {channel: messages(1)})
    assert head_of(leader, channel).seq == 3 + 20 * 500
