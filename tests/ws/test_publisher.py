"""ws4redis's publisher, as its users know it (WS4REDIS.md, sections 3 and 5)."""

import logging

import pytest
import redis
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpRequest
from pytest_django import Settings

from project.environment import redis_arguments
from tests.wire_cutter import WireCutter
from tests.ws.ear import Ear
from ws.audiences import MEMBER_OF
from ws.publisher import SELF, RedisMessage, RedisPublisher, publish

HELLO = RedisMessage("hello")


@pytest.fixture
def anns_request() -> HttpRequest:
    """Ann's, who is in the group "staff"."""
    request = HttpRequest()
    request.user, request.session = User(username="ann"), SessionStore("k3y-of-ann")
    request.session[MEMBER_OF] = ["staff"]
    return request


@pytest.fixture
def unreachable(settings: Settings) -> None:
    """No Redis."""
    settings.WS4REDIS_CONNECTION = {"host": "127.0.0.1", "port": 1}


def kept(client: redis.Redis, settings: Settings, channel: str) -> tuple[bytes | None, int]:
    """The kept message, and for how many seconds."""
    name = f"{settings.WS4REDIS_PREFIX}:{channel}"
    message: bytes | None = client.get(name)  # type: ignore[assignment] # asked synchronously
    return message, int(client.ttl(name))


def test_a_message_is_published_and_kept_under_one_name(ear: Ear, site_redis: redis.Redis, settings: Settings) -> None:
    """Compatibility N1, N8, S5, P2."""
    RedisPublisher(facility="sky", broadcast=True).publish_message(HELLO)
    assert ear.heard() == [("broadcast:sky", "hello")]
    message, seconds = kept(site_redis, settings, "broadcast:sky")
    assert message == b"hello"
    assert 3590 < seconds <= 3600


@pytest.mark.parametrize(
    ("setting", "argument", "seconds"), [(60, None, 60), (60, 90, 90), (None, 90, 90), (0, 90, 90)]
)
@pytest.mark.usefixtures("site_redis")
def test_the_argument_goes_before_the_setting(
    site_redis: redis.Redis, settings: Settings, setting: int | None, argument: int | None, seconds: int
) -> None:
    """Compatibility S6, P2."""
    settings.WS4REDIS_EXPIRE = setting
    RedisPublisher(facility="sky", broadcast=True).publish_message(HELLO, argument)
    message, left = kept(site_redis, settings, "broadcast:sky")
    assert message == b"hello"
    assert seconds - 10 < left <= seconds


@pytest.mark.parametrize(("setting", "argument"), [(None, None), (0, None), (-1, None), (60, 0), (60, -1)])
def test_without_an_expire_time_it_is_not_kept(
    ear: Ear, site_redis: redis.Redis, settings: Settings, setting: int | None, argument: int | None
) -> None:
    """Compatibility S5, S6, P2."""
    settings.WS4REDIS_EXPIRE = setting
    RedisPublisher(facility="sky", broadcast=True).publish_message(HELLO, argument)
    assert ear.heard() == [("broadcast:sky", "hello")]
    assert kept(site_redis, settings, "broadcast:sky")[0] is None


def test_every_audience_hears_it_once(ear: Ear, anns_request: HttpRequest) -> None:
    """Compatibility N2, N3, N4, N5, P1, P7."""
    words = {"groups": [SELF, "night"], "users": [SELF, "bob", "ann"], "sessions": [SELF]}
    RedisPublisher(anns_request, "sky", broadcast=True, **words).publish_message(HELLO)  # type: ignore[arg-type]
    channels = ["group:night", "group:staff", "session:k3y-of-ann", "user:ann", "user:bob"]
    assert sorted(ear.heard()) == [("broadcast:sky", "hello"), *((f"{name}:sky", "hello") for name in channels)]


def test_a_message_for_an_anonymous_user_is_for_nobody_and_that_is_observed(
    ear: Ear, caplog: pytest.LogCaptureFixture
) -> None:
    """Compatibility N10, P7."""
    request = HttpRequest()
    request.user = AnonymousUser()
    with caplog.at_level(logging.DEBUG, "rowcast.publisher"):
        RedisPublisher(request, "sky", users=[SELF], groups=[SELF], sessions=[SELF]).publish_message(HELLO)
    assert ear.heard() == []
    assert caplog.messages == ["a message was for nobody"]


@pytest.mark.parametrize("message", ["hello", b"hello", None, bytearray(b"hello")])
def test_only_a_redis_message_is_published(message: object) -> None:
    """Compatibility P2."""
    with pytest.raises(ValueError, match="expected a RedisMessage"):
        RedisPublisher(facility="sky", broadcast=True).publish_message(message)  # type: ignore[arg-type]


def test_what_the_gateway_would_drop_is_not_published() -> None:
    """Compatibility F7."""
    with pytest.raises(ValueError, match='ends with "seq"'):
        RedisPublisher(facility="sky", broadcast=True).publish_message(RedisMessage('{"a": 1, "seq": 2}'))


@pytest.mark.usefixtures("unreachable")
def test_a_redis_that_fails_is_raised() -> None:
    with pytest.raises(redis.RedisError):
        RedisPublisher(facility="sky", broadcast=True).publish_message(HELLO)
    with pytest.raises(redis.RedisError):
        RedisPublisher().fetch_message(None, "sky")
    with pytest.raises(redis.RedisError):
        publish("sky", "hello", at_once=True)


def test_an_audience_without_a_facility_is_an_error() -> None:
    with pytest.raises(TypeError, match="facility"):
        RedisPublisher(broadcast=True)


@pytest.mark.usefixtures("site_redis")
def test_the_first_kept_message_of_session_user_groups_broadcast_is_fetched(anns_request: HttpRequest) -> None:
    """Compatibility P3."""
    assert RedisPublisher().fetch_message(anns_request, "sky") is None
    for word in ({"broadcast": True}, {"groups": ["staff"]}, {"users": ["ann"]}, {"sessions": [SELF]}):
        message = RedisMessage(f"for {word}")
        RedisPublisher(anns_request, "sky", **word).publish_message(message)
        assert RedisPublisher().fetch_message(anns_request, "sky") == message


@pytest.mark.usefixtures("site_redis")
def test_one_audience_is_fetched_alone(anns_request: HttpRequest) -> None:
    """Compatibility P4."""
    RedisPublisher(facility="sky", users=["ann"]).publish_message(HELLO)
    fetch = RedisPublisher().fetch_message
    assert fetch(anns_request, "sky", "user") == fetch(anns_request, "sky", audience="any") == b"hello"
    assert fetch(anns_request, "sky", "broadcast") is None
    assert fetch(None, "sky", "user") is None


def test_an_empty_kept_message_is_passed_over(ear: Ear, anns_request: HttpRequest) -> None:
    RedisPublisher(facility="sky", broadcast=True).publish_message(HELLO)
    RedisPublisher(facility="sky", users=["ann"]).publish_message(RedisMessage(""))
    assert ear.heard() == [("broadcast:sky", "hello"), ("user:ann:sky", "")]
    assert RedisPublisher().fetch_message(anns_request, "sky") == b"hello"


def test_many_messages_go_over_one_connection(site_redis: redis.Redis) -> None:
    """Compatibility R9."""

    def connections() -> int:
        return int(site_redis.info("stats")["total_connections_received"])

    publisher = RedisPublisher(facility="sky", broadcast=True)
    publisher.publish_message(HELLO)
    before = connections()
    for _ in range(50):
        RedisPublisher(facility="sky", broadcast=True).publish_message(HELLO)
    assert connections() == before


def test_publish_names_everybody_where_it_names_nobody_else(ear: Ear) -> None:
    publish("sky", {"a": 1}, at_once=True)
    publish("sky", "for ann", users=["ann"], at_once=True)
    assert ear.heard() == [("broadcast:sky", '{"a":1}'), ("user:ann:sky", "for ann")]


@pytest.mark.parametrize("word", ["users", "groups", "sessions"])
def test_an_empty_list_names_nobody_and_never_everybody(ear: Ear, word: str) -> None:
    publish("sky", "private", at_once=True, **{word: []})  # type: ignore[arg-type]
    assert ear.heard() == []


def test_outside_a_request_nobody_is_self() -> None:
    with pytest.raises(ValueError, match="SELF"):
        publish("sky", "hello", users=[SELF])


@pytest.mark.parametrize("message", [None, object()])
def test_what_is_no_message_is_an_error_at_once(message: object) -> None:
    with pytest.raises(TypeError):
        publish("sky", message)


def test_a_message_whose_answer_is_lost_is_not_published_twice(ear: Ear, settings: Settings, redis_url: str) -> None:
    with WireCutter(redis_url) as wire:
        settings.WS4REDIS_CONNECTION = redis_arguments(wire.url)
        publish("sky", "first", at_once=True)
        wire.cut_at_answer()
        with pytest.raises(redis.RedisError):
            publish("sky", "second", at_once=True)
        publish("sky", "third", at_once=True)
    assert [message for _, message in ear.heard()] == ["first", "second", "third"]
