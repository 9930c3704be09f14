"""Each word of the query at the real gateway: what it lets follow, where it lets publish."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session

from tests.ws.gateway.conftest import MESSAGE_SECONDS, MakeGateway
from tests.ws.gateway.raw_client import HEARTBEAT
from tests.ws.gateway.test_audiences import opened, session_of
from tests.ws.gateway.test_server import next_message
from ws.subscriber import RedisSubscriber

pytestmark = pytest.mark.django_db(transaction=True)

AUDIENCES = ["broadcast", "group", "user", "session"]


class BroadcastOnly(RedisSubscriber):
    """As a site may write it."""

    subscription_channels = ("subscribe-broadcast",)
    publish_channels = ()


@pytest.fixture
def session() -> str:
    """Of Ann, who is in the group "schedulers"."""
    ann = User.objects.create_user("ann")
    ann.groups.add(Group.objects.create(name="schedulers"))
    return session_of(ann)


def channels(facility: str) -> dict[str, str]:
    """Ann's, by their audiences."""
    names = {"broadcast": "broadcast", "group": "group:schedulers", "user": "user:ann"}
    return {
        audience: f"test:{name}:{facility}"
        for audience, name in {**names, "session": f"session:{Session.objects.get().pk}"}.items()
    }


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_word_lets_follow_one_audience(
    make_gateway: MakeGateway, facility: str, session: str, publisher: redis.Redis, audience: str
) -> None:
    """Compatibility U6, U7, U8, U9."""
    with opened(make_gateway(), facility, f"subscribe-{audience}", session) as client:
        assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
        for other in [*AUDIENCES, audience]:
            publisher.publish(channels(facility)[other], other)
        assert [next_message(client) for _ in range(2)] == [audience] * 2


def messages_until_end(ear: redis.client.PubSub) -> Iterator[dict[str, Any]]:
    """The last one is "end"."""
    message: dict[str, Any] = {}
    while message.get("data") != b"end":
        message = ear.get_message(timeout=MESSAGE_SECONDS)
        assert message is not None, "the end is not heard"
        if message["type"] == "message":
            yield message


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_word_lets_publish_to_one_audience(
    make_gateway: MakeGateway, facility: str, session: str, publisher: redis.Redis, audience: str
) -> None:
    """Compatibility U10, U11, U12, U13, L9."""
    with publisher.pubsub() as ear:  # type: ignore[no-untyped-call]
        ear.subscribe(*channels(facility).values())
        with opened(make_gateway(allow_publish=True), facility, f"publish-{audience}", session) as client:
            client.send("hello")
        publisher.publish(channels(facility)["broadcast"], "end")
        heard = list(messages_until_end(ear))
    assert (heard[0]["channel"].decode(), heard[0]["data"]) == (channels(facility)[audience], b"hello")
    assert [message["data"] for message in heard[1:]] == [b"end"]


def test_without_a_word_to_publish_what_a_client_says_is_dropped(
    make_gateway: MakeGateway, facility: str, publisher: redis.Redis
) -> None:
    """Compatibility L11."""
    gateway = make_gateway(allow_publish=True)
    with gateway.follow(facility) as other, gateway.follow(facility) as client:
        client.send("for nobody")
        assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
        publisher.publish(gateway.channel(facility), "end")
        assert [next_message(other), next_message(client)] == ["end", "end"]


def test_the_sites_subscriber_decides_which_words_are_understood(
    make_gateway: MakeGateway, facility: str, session: str, publisher: redis.Redis
) -> None:
    """Compatibility S8."""
    gateway = make_gateway(subscriber=f"{__name__}.BroadcastOnly")
    with opened(gateway, facility, "subscribe-user&subscribe-broadcast", session) as client:
        assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
        publisher.publish(channels(facility)["user"], "private")
        publisher.publish(channels(facility)["broadcast"], "public")
        assert next_message(client) == "public"
