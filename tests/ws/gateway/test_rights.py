"""What Redis does not let the gateway read is told, and what it may is so much and no more (PITFALLS P11)."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import redis
from django.contrib.auth.models import User
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpRequest
from pytest_django import Settings

from project.development.valkey import Valkey
from project.environment import redis_arguments
from tests.ws.gateway.conftest import MakeGateway, RunningGateway
from tests.ws.gateway.raw_client import HEARTBEAT
from tests.ws.gateway.stream_writer import StreamWriter
from tests.ws.gateway.test_resume import REFUSED, hears
from tests.ws.gateway.test_server import close_of, next_message
from ws.gateway.observations import CommandRefused, MessageNotPublished
from ws.gateway.ticket_office import issue, redeem
from ws.gateway.tickets import TicketError

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


def documented(owner: redis.Redis, *wanted: str) -> None:
    """Make the user of the page; of the lines that add to it, those that hold one of these."""
    first, *more = re.findall(r"(?m)^ACL SETUSER gateway .*$", DEPLOYMENT.read_text(encoding="utf-8"))
    for line in [first, *(line for line in more if any(word in line for word in wanted))]:
        execute(owner, *line.replace("rodan", "test").split())


def execute(client: redis.Redis, *words: str) -> None:
    client.execute_command(*words)  # type: ignore[no-untyped-call]


@pytest.fixture
def owner(own_redis: Valkey) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(own_redis.url) as client:
        yield client


def as_gateway(server: Valkey, database: int = 0) -> str:
    return f"redis://gateway:secret@127.0.0.1:{server.port}/{database}"


def test_the_documented_user_may_do_all_that_the_gateway_does(
    make_gateway: MakeGateway, own_redis: Valkey, owner: redis.Redis, facility: str
) -> None:
    documented(owner)
    writer = StreamWriter(owner, facility)
    writer.append()
    gateway = make_gateway(as_gateway(own_redis, 1))
    with gateway.connect(facility) as client:
        assert client.recv() == HEARTBEAT
    gateway = make_gateway(as_gateway(own_redis))
    with gateway.follow(facility) as client:
        assert hears(client, writer, 2)
        execute(owner, "CLIENT", "KILL", "TYPE", "pubsub")
        assert hears(client, writer, 2)
    assert gateway.observed.of(CommandRefused) == []


def test_with_publishing_what_a_client_says_is_told_and_kept(
    make_gateway: MakeGateway, own_redis: Valkey, owner: redis.Redis, facility: str
) -> None:
    documented(owner, "+publish")
    gateway = make_gateway(as_gateway(own_redis), allow_publish=True)
    words = "subscribe-broadcast&publish-broadcast&echo"
    with gateway.connect(facility, words) as client:
        client.send("for everybody")
        assert next_message(client) == "for everybody"
    assert owner.get(gateway.channel(facility)) == b"for everybody"
    assert gateway.observed.of(MessageNotPublished) == []


@pytest.mark.django_db
def test_with_tickets_one_is_redeemed_once(own_redis: Valkey, owner: redis.Redis, settings: Settings) -> None:
    documented(owner, "ticket")
    settings.WS4REDIS_CONNECTION, settings.WS4REDIS_PREFIX = redis_arguments(as_gateway(own_redis)), "test"
    asked = HttpRequest()
    asked.user, asked.session = User.objects.create_user("ann"), SessionStore()
    ticket = issue(asked, "sky")
    assert redeem(ticket, "sky") == asked.user
    with pytest.raises(TicketError, match="used before"):
        redeem(ticket, "sky")


NEVER: Sequence[tuple[str, ...]] = [
    ("PUBLISH", "other:broadcast:sky", "forged"),
    ("GET", "other:broadcast:sky"),
    ("HMGET", "other:rowcast:head:other:broadcast:sky", "seq"),
    ("XREAD", "STREAMS", "other:rowcast:stream:other:broadcast:sky", "0"),
    ("SUBSCRIBE", "other:broadcast:sky"),
    ("PSUBSCRIBE", "test:*"),
    ("SET", "test:rowcast:cursor:1", "forged"),
    ("HSET", "test:rowcast:head:test:broadcast:sky", "seq", "99"),
    ("XADD", "test:rowcast:stream:test:broadcast:sky", "*", "messages", "forged"),
    ("DEL", "test:broadcast:sky"),
    ("EXPIRE", "test:broadcast:sky", "1"),
    ("FLUSHALL",),
    ("FLUSHDB",),
    ("KEYS", "*"),
    ("SCAN", "0"),
    ("CONFIG", "GET", "*"),
    ("ACL", "LIST"),
    ("CLIENT", "LIST"),
    ("MONITOR",),
    ("SHUTDOWN", "NOSAVE"),
    ("SCRIPT", "LOAD", "return 1"),
    ("EVAL", "return redis.call('DEL', KEYS[1])", "1", "test:broadcast:sky"),
    ("EVAL", "return redis.call('SET', KEYS[1], 'forged')", "1", "test:rowcast:cursor:1"),
    ("EVAL", "return redis.call('SET', 'test:rowcast:cursor:1', 'forged')", "0"),
]
TO_SAY: Sequence[tuple[str, ...]] = [("PUBLISH", "test:broadcast:sky", "said"), ("SET", "test:broadcast:sky", "said")]
TO_USE: Sequence[tuple[str, ...]] = [("SET", "test:rowcast:ticket:1", "", "NX", "EX", "40")]


REFUSED_IN_SCRIPTS = ("ACL failure in script", "The user executing the script can't")
"""In Valkey's words and in Redis's."""


def is_refused(server: Valkey, command: tuple[str, ...]) -> bool:
    """By the rights of the user, whom nothing else keeps from it."""
    with redis.Redis.from_url(as_gateway(server)) as gateway:
        try:
            execute(gateway, *command)
        except redis.exceptions.NoPermissionError:
            return True
        except redis.exceptions.ResponseError as error:
            return any(words in str(error) for words in REFUSED_IN_SCRIPTS)
    return False


@pytest.mark.parametrize(
    ("wanted", "allowed", "refused"),
    [
        ([], [], [*TO_SAY, *TO_USE, *NEVER]),
        (["ticket"], TO_USE, [*TO_SAY, *NEVER]),
        (["+publish"], TO_SAY, [*TO_USE, *NEVER]),
        (["ticket", "+publish"], [*TO_SAY, *TO_USE], NEVER),
    ],
    ids=["reading", "with tickets", "with publishing", "with both"],
)
def test_the_documented_user_may_do_nothing_else(
    own_redis: Valkey,
    owner: redis.Redis,
    wanted: list[str],
    allowed: Sequence[tuple[str, ...]],
    refused: Sequence[tuple[str, ...]],
) -> None:
    """Whoever has taken over a gateway can neither forge what the pipeline says nor read another site's keys."""
    documented(owner, *wanted)
    assert [command for command in allowed if is_refused(own_redis, command)] == []
    assert [command for command in refused if not is_refused(own_redis, command)] == []
