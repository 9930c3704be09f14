"""What Redis does not let the gateway read is told, as an observation and with a close code (PITFALLS P11)."""

import pytest
import redis

from project.development.valkey import Valkey
from tests.ws.gateway.conftest import MakeGateway, RunningGateway
from tests.ws.gateway.stream_writer import StreamWriter
from tests.ws.gateway.test_resume import REFUSED, hears
from tests.ws.gateway.test_server import close_of
from ws.gateway.observations import CommandRefused


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


def test_a_user_with_the_documented_rights_may(make_gateway: MakeGateway, own_redis: Valkey, facility: str) -> None:
    rights = "+@connection +subscribe +unsubscribe +multi +exec +get +hmget +xread ~test:* &test:*"
    with redis.Redis.from_url(own_redis.url) as owner:
        owner.execute_command("ACL", "SETUSER", "limited", "on", ">limited", *rights.split())
        writer = StreamWriter(owner, facility)
        writer.append()
        gateway = make_gateway(f"redis://limited:limited@127.0.0.1:{own_redis.port}/0")
        with gateway.follow(facility) as client:
            assert hears(client, writer, 2)
    assert gateway.observed.of(CommandRefused) == []
