"""Sentinel and Cluster name another master, and the steps go on there, in the same epoch where nothing was lost."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from redis.crc import key_slot

from project.development.programs import free_port
from project.development.valkey import Valkey
from tests.redis_servers import RedisServers, ask, slot_owner, wait_for_fit_replica, wait_for_replica
from tests.ws.listener.conftest import SettingsFor
from tests.ws.listener.steps import EPOCH, begin, head_of, messages
from tests.ws.listener.test_step_refusals import refusal
from tests.ws.observed import wait_until
from ws.listener.heads import Source
from ws.listener.link import NotPublishedError, OutcomeUnknownError
from ws.listener.step import Step
from ws.wire.channels import Channel, broadcast_channel

PREFIX = "{test}"
CHANNEL = broadcast_channel(PREFIX, "sky")
SLOT = key_slot(PREFIX.encode())

StepAt = Callable[[dict[str, Any]], Step]


@pytest.fixture
def step_at(settings_for: SettingsFor, source: Source) -> StepAt:
    """A step that finds Redis by these settings."""
    return lambda connection: Step(replace(settings_for("redis://"), prefix=PREFIX, connection=connection), source)


def publishes_again(step: Step) -> bool:
    """Whether the step finds a master that takes the cursor "two" on, as a leader does that knows it has it all."""
    try:
        step.load([CHANNEL])
        step.confirm("two")
        step.publish("two", "two", {CHANNEL: messages(1)})
    except (NotPublishedError, OutcomeUnknownError):
        return False
    return True


def test_sentinel_names_the_master_and_after_a_fail_over_the_next(servers: RedisServers, step_at: StepAt) -> None:
    master = servers.start()
    servers.start_replica(master.port)
    sentinel = servers.start_sentinel(master)
    hosts = [("127.0.0.1", free_port()), ("127.0.0.1", sentinel.port)]
    where = {"hosts": hosts, "service": "main", "password": servers.password}
    step = step_at({"password": servers.password, "sentinel": where})
    publish(step)
    wait_for_replica(master)
    wait_for_fit_replica(sentinel)
    master.kill()
    wait_until(lambda: publishes_again(step))
    assert head_of(step, CHANNEL).epoch == EPOCH
    assert head_of(step, CHANNEL).seq == 4
    step.close()


@pytest.fixture
def cluster(servers: RedisServers, step_at: StepAt) -> tuple[Step, Valkey, Valkey]:
    """A step in a Cluster of three, the master that has its slot, and one that has not, which the settings name."""
    owner, other = slot_owner(servers.start_cluster(3), SLOT)
    step = step_at({"host": "127.0.0.1", "port": other.port, "password": servers.password, "cluster": True})
    return step, owner, other


def publish(step: Step) -> None:
    """Three messages; the cursor is "two"."""
    begin(step, CHANNEL)
    step.publish("one", "two", {CHANNEL: messages(3)})


def test_on_a_cluster_all_keys_are_in_the_prefixs_slot_and_the_steps_follow_it(
    cluster: tuple[Step, Valkey, Valkey], servers: RedisServers
) -> None:
    step, owner, other = cluster
    publish(step)
    step.hold_lease("pid 1")
    assert len(ask(owner, "KEYS", "*")) == len(["cursor", "lease", "head", "stream", "kept"])
    servers.move_slot(SLOT, owner, other)
    with pytest.raises(NotPublishedError, match="elsewhere"):
        step.publish("two", "three", {CHANNEL: messages(1)})
    assert refusal(lambda: step.publish("two", "three", {CHANNEL: messages(1)}))[0] == "redis"
    assert publishes_again(step)
    assert ask(other, "GET", CHANNEL).endswith(b'"seq": 4}')
    assert head_of(step, CHANNEL).epoch == EPOCH
    step.close()


def test_a_clusters_replica_takes_over_when_its_master_dies(
    cluster: tuple[Step, Valkey, Valkey], servers: RedisServers
) -> None:
    step, owner, _ = cluster
    publish(step)
    servers.start_cluster_replica(owner)
    assert publishes_again(step)
    wait_for_replica(owner)
    owner.kill()
    wait_until(lambda: publishes_again(step))
    assert head_of(step, CHANNEL).epoch == EPOCH
    assert head_of(step, CHANNEL).seq == 5
    step.close()


def test_without_a_hash_tag_a_cluster_takes_nothing(
    cluster: tuple[Step, Valkey, Valkey], settings_for: SettingsFor, servers: RedisServers, source: Source
) -> None:
    _, owner, _ = cluster
    where = {"host": "127.0.0.1", "port": owner.port, "password": servers.password, "cluster": True}
    step = Step(replace(settings_for("redis://"), prefix="test", connection=where), source)
    with pytest.raises(NotPublishedError, match="slot"):
        step.load([Channel("test:broadcast:sky")])
    step.close()
