"""Publishing into the real Redis: all or nothing, and never twice."""

from urllib.parse import urlsplit, urlunsplit

import pytest
import redis

from project.development.programs import free_port
from tests.wire_cutter import WireCutter
from tests.ws.listener.conftest import SettingsFor, Subscriber
from ws.listener.link import NotPublishedError, OutcomeUnknownError
from ws.listener.outlet import Outlet
from ws.wire.channels import Channel

MESSAGES = [b"one", b"two", b"\xffthree"]


@pytest.fixture
def outlet(redis_url: str, settings_for: SettingsFor, channel: Channel) -> Outlet:
    return Outlet(settings_for(redis_url), channel)


@pytest.fixture
def cut_outlet(wire: WireCutter, settings_for: SettingsFor, channel: Channel) -> Outlet:
    """Its wire can be cut."""
    return Outlet(settings_for(wire.url), channel)


def test_messages_are_published_in_their_order(outlet: Outlet, subscriber: Subscriber) -> None:
    outlet.publish(MESSAGES)
    outlet.publish([b"four"])
    assert subscriber.messages_until_now() == [*MESSAGES, b"four"]


def test_a_thousand_go_out_in_one_batch(outlet: Outlet, subscriber: Subscriber) -> None:
    batch = [b"%d" % number for number in range(1000)]
    outlet.publish(batch)
    assert subscriber.messages_until_now() == batch


def test_the_last_message_is_kept_for_a_while(outlet: Outlet, server: redis.Redis, channel: Channel) -> None:
    outlet.publish(MESSAGES)
    assert server.get(channel) == b"\xffthree"
    assert 0 < int(str(server.ttl(channel))) <= 60


def test_a_key_of_another_type_is_replaced(outlet: Outlet, server: redis.Redis, channel: Channel) -> None:
    server.rpush(channel, "a list")
    outlet.publish([b"one"])
    assert server.get(channel) == b"one"


@pytest.mark.parametrize("seconds", [0, -1])
def test_nothing_is_kept_without_an_expire_time(
    redis_url: str, settings_for: SettingsFor, server: redis.Redis, channel: Channel, seconds: int
) -> None:
    subscriber = Subscriber(server, channel)
    Outlet(settings_for(redis_url, seconds), channel).publish([b"one"])
    assert subscriber.messages_until_now() == [b"one"]
    assert not server.exists(channel)
    subscriber.close()


def test_a_wrong_password_publishes_nothing(redis_url: str, settings_for: SettingsFor, channel: Channel) -> None:
    place = urlsplit(redis_url).netloc.rpartition("@")[2]
    outlet = Outlet(settings_for(f"redis://:wrong@{place}/0"), channel)
    with pytest.raises(NotPublishedError, match="invalid username-password"):
        outlet.publish(MESSAGES)
    with pytest.raises(NotPublishedError):
        outlet.connect()


def test_a_closed_port_publishes_nothing(redis_url: str, settings_for: SettingsFor, channel: Channel) -> None:
    url = urlunsplit(urlsplit(redis_url)._replace(netloc=f"127.0.0.1:{free_port()}"))
    with pytest.raises(NotPublishedError, match="refused"):
        Outlet(settings_for(url), channel).publish(MESSAGES)


def test_a_redis_that_takes_no_connection_publishes_nothing(
    cut_outlet: Outlet, wire: WireCutter, subscriber: Subscriber
) -> None:
    wire.refuse()
    with pytest.raises(NotPublishedError):
        cut_outlet.publish(MESSAGES)
    wire.accept()
    cut_outlet.publish([b"again"])
    assert subscriber.messages_until_now() == [b"again"]


def test_a_connection_that_was_lost_in_between_is_made_again(
    cut_outlet: Outlet, wire: WireCutter, subscriber: Subscriber
) -> None:
    cut_outlet.publish([b"one"])
    wire.cut()
    cut_outlet.publish([b"two"])
    assert subscriber.messages_until_now() == [b"one", b"two"]


def test_an_answer_that_never_comes_leaves_the_outcome_unknown_and_nothing_is_sent_twice(
    cut_outlet: Outlet, wire: WireCutter, subscriber: Subscriber
) -> None:
    cut_outlet.connect()
    wire.cut_at_answer()
    with pytest.raises(OutcomeUnknownError):
        cut_outlet.publish(MESSAGES)
    assert subscriber.messages_until_now() == MESSAGES


def test_a_request_that_never_arrives_leaves_the_outcome_unknown_too(
    cut_outlet: Outlet, wire: WireCutter, subscriber: Subscriber
) -> None:
    cut_outlet.connect()
    wire.cut_at_request()
    with pytest.raises(OutcomeUnknownError):
        cut_outlet.publish(MESSAGES)
    cut_outlet.publish([b"next"])
    assert subscriber.messages_until_now() == [b"next"]


def test_a_user_that_may_not_publish_publishes_nothing_and_keeps_nothing(
    redis_url: str, settings_for: SettingsFor, server: redis.Redis, channel: Channel
) -> None:
    server.acl_setuser("reader", enabled=True, passwords=["+reader"], categories=["+@all"], keys=["*"])
    server.execute_command("ACL", "SETUSER", "reader", "resetchannels")  # type: ignore[no-untyped-call]
    place = urlsplit(redis_url).netloc.rpartition("@")[2]
    outlet = Outlet(settings_for(f"redis://reader:reader@{place}/0"), channel)
    with pytest.raises(NotPublishedError):
        outlet.publish(MESSAGES)
    assert not server.exists(channel)
    server.acl_deluser("reader")
