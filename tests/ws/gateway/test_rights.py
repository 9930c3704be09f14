"""What Redis does not let the gateway read is told, as an observation and with a close code (PITFALLS P11)."""

import re
from pathlib import Path

import pytest
import redis

from project.development.valkey import Valkey
from tests.ws.gateway.conftest import MakeGateway, RunningGateway
from tests.ws.gateway.raw_client import HEARTBEAT
from tests.ws.gateway.stream_writer import StreamWriter
from tests.ws.gateway.test_resume import REFUSED, hears
from tests.ws.gateway.test_server import close_of
from ws.gateway.observations import CommandRefused

DEPLOYMENT = Path(__file__).parents[3] / "docs" / "deployment.md"


@pytest.mark.parametrize("key", ["head", "stream"])
def test_a_key_of_another_type_is_told(
    gateway: RunningGateway, facility: str, writer: StreamWriter, publisher: redis.Redis, key: str
) -> None:
    publisher.set(getattr(writer, key), "a text")
    with gateway.connect(facility) as client:
        assert close_of(client) == REFUSED
    assert "WRONGTYPE" in gateway.observed.wait_for(CommandRefused).error


@pytest.mark.parametrize("command", ["hmget", "xread", "multi"])
def test_a_user_who_may_not_read_streams_is_told(
    make_gateway: MakeGateway, own_redis: Valkey, facility: str, command: str
) -> None:
    with redis.Redis.from_url(own_redis.url) as owner:
        owner.execute_command("ACL", "SETUSER", "limited", "on", ">limited", "+@all", f"-{command}", "~*", "&*")
    gateway = make_gateway(f"redis://limited:limited@127.0.0.1:{own_redis.port}/0")
    with gateway.connect(facility) as client:
        assert close_of(client) == REFUSED
    assert command in gateway.observed.wait_for(CommandRefused).command.lower()


def test_the_documented_user_may_do_all_that_the_gateway_does(
    make_gateway: MakeGateway, own_redis: Valkey, facility: str
) -> None:
    (line,) = re.findall(r"ACL SETUSER gateway .*", DEPLOYMENT.read_text(encoding="utf-8"))
    with redis.Redis.from_url(own_redis.url) as owner:
        owner.execute_command(*line.replace("rodan", "test").split())
        writer = StreamWriter(owner, facility)
        writer.append()
        gateway = make_gateway(f"redis://gateway:secret@127.0.0.1:{own_redis.port}/1")
        with gateway.connect(facility) as client:
            assert client.recv() == HEARTBEAT
        gateway = make_gateway(f"redis://gateway:secret@127.0.0.1:{own_redis.port}/0")
        with gateway.follow(facility) as client:
            assert hears(client, writer, 2)
            owner.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
            assert hears(client, writer, 2)
    assert gateway.observed.of(CommandRefused) == []
