"""The listener's loop between the real servers: patient with either, and what is notified goes out once."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from select import select

import pytest

from tests.wire_cutter import WireCutter
from tests.ws.listener.conftest import MESSAGE_SECONDS, Other, SettingsFor, Subscriber
from tests.ws.observed import Observed, wait_until
from ws.listener import relay as module
from ws.listener.log_observations import Carried
from ws.listener.notifications import Notifications
from ws.listener.observations import (
    DatabaseLost,
    Listening,
    OutcomeUnknown,
    RedisLost,
    RedisRegained,
    Stopped,
    StoppedShort,
)
from ws.listener.outlet import Outlet
from ws.listener.relay import Relay
from ws.listener.stop import StopSignal
from ws.wire.channels import Channel

pytestmark = pytest.mark.django_db
END_SECONDS = 2 * MESSAGE_SECONDS
LISTENING = Listening("the tests' database", "its channel", "the tests' Redis", "its channel")


@pytest.fixture
def relay(
    wire: WireCutter, settings_for: SettingsFor, channel: Channel, notification_channel: str, observed: Observed
) -> Relay:
    """From the test's notification channel over a wire that can be cut."""
    return Relay(
        lambda: Notifications("default", notification_channel),
        Outlet(settings_for(wire.url), channel),
        observed,
        now=time.monotonic,
        chance=lambda: 0.0,
    )


@contextmanager
def running(relay: Relay, observed: Observed) -> Iterator[None]:
    """The relay in a thread, from LISTEN to a SIGTERM."""
    with StopSignal() as stop:
        thread = threading.Thread(target=relay.run, args=(stop, LISTENING))
        thread.start()
        try:
            observed.wait_for(Listening)
            yield
        finally:
            signal.raise_signal(signal.SIGTERM)
            thread.join(END_SECONDS)
        assert not thread.is_alive()


Notify = Callable[..., None]


@pytest.fixture
def notify(other: Other, notification_channel: str) -> Notify:
    return lambda *payloads: other.notify(notification_channel, *payloads)


def test_what_is_notified_is_published_in_order(
    relay: Relay, observed: Observed, notify: Notify, subscriber: Subscriber
) -> None:
    payloads = [str(number) for number in range(2500)]
    with running(relay, observed):
        notify(*payloads)
        assert subscriber.messages(2500) == [payload.encode() for payload in payloads]
    observed.wait_for(Stopped)


def test_what_is_notified_before_the_stop_is_published(
    relay: Relay, observed: Observed, notify: Notify, subscriber: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", MESSAGE_SECONDS)
    with running(relay, observed):
        notify("one", "two")
    assert subscriber.messages_until_now() == [b"one", b"two"]


def test_a_database_that_does_not_answer_at_the_stop_is_told(
    relay: Relay, observed: Observed, notify: Notify, other: Other, subscriber: Subscriber
) -> None:
    with running(relay, observed):
        notify("one")
        assert subscriber.messages(1) == [b"one"]
        (pid,) = other.listeners()
        os.kill(pid, signal.SIGSTOP)
    os.kill(pid, signal.SIGCONT)
    assert "no answer" in observed.wait_for(DatabaseLost).error
    observed.wait_for(Stopped)


def test_what_has_come_is_published_though_the_database_does_not_answer_at_the_stop(  # noqa: PLR0913, PLR0917 - fixtures
    settings_for: SettingsFor,
    redis_url: str,
    channel: Channel,
    notification_channel: str,
    notify: Notify,
    other: Other,
    observed: Observed,
    subscriber: Subscriber,
) -> None:
    notifications, has_come = Notifications("default", notification_channel), threading.Event()
    (pid,) = other.listeners()

    def before_it_waits() -> None:
        if not has_come.is_set():
            notify("one")
            assert select([notifications.fileno()], [], [], MESSAGE_SECONDS)[0]
            os.kill(pid, signal.SIGSTOP)
            has_come.set()
            wait_until(lambda: stop.is_set)

    outlet = Outlet(settings_for(redis_url), channel)
    relay = Relay(
        lambda: notifications, outlet, observed, now=time.monotonic, chance=lambda: 0.0, moved=before_it_waits
    )
    with StopSignal() as stop:
        thread = threading.Thread(target=relay.run, args=(stop, LISTENING))
        thread.start()
        assert has_come.wait(MESSAGE_SECONDS)
        signal.raise_signal(signal.SIGTERM)
        thread.join(END_SECONDS)
    os.kill(pid, signal.SIGCONT)
    assert subscriber.messages_until_now() == [b"one"]


def test_messages_wait_in_order_while_redis_is_away(
    relay: Relay, observed: Observed, notify: Notify, wire: WireCutter, subscriber: Subscriber
) -> None:
    with running(relay, observed):
        notify("before")
        assert subscriber.messages(1) == [b"before"]
        observed.wait_for(Carried)
        wire.refuse()
        notify("one")
        observed.wait_for(RedisLost)
        notify("two", "three")
        observed.wait_for(RedisLost, times=3)
        wire.accept()
        assert subscriber.messages(3) == [b"one", b"two", b"three"]
        assert observed.wait_for(RedisRegained).failures >= 3


def test_notifications_are_read_on_while_redis_is_away(
    relay: Relay, observed: Observed, notify: Notify, wire: WireCutter
) -> None:
    """PostgreSQL's own queue must not fill up: writers would fail."""
    with running(relay, observed):
        wire.refuse()
        notify(*[str(number) for number in range(500)])
        wait_until(lambda: any(lost.waiting == 500 for lost in observed.of(RedisLost)))
    assert observed.wait_for(StoppedShort).unsent == 500


def test_each_attempt_at_redis_waits_longer(relay: Relay, observed: Observed, notify: Notify, wire: WireCutter) -> None:
    with running(relay, observed):
        wire.refuse()
        notify("one")
        observed.wait_for(RedisLost, times=4)
    waits = [lost.retry_seconds for lost in observed.of(RedisLost)]
    assert waits[:4] == sorted(set(waits[:4]))


def test_a_batch_whose_outcome_is_unknown_is_not_sent_again(
    relay: Relay, observed: Observed, notify: Notify, wire: WireCutter, subscriber: Subscriber
) -> None:
    with running(relay, observed):
        notify("before")
        assert subscriber.messages(1) == [b"before"]
        observed.wait_for(Carried)
        wire.cut_at_answer()
        notify("unknown")
        assert observed.wait_for(OutcomeUnknown).messages == 1
        notify("after")
        assert subscriber.messages(2) == [b"unknown", b"after"]


def test_a_lost_database_is_listened_to_again(
    relay: Relay, observed: Observed, notify: Notify, other: Other, subscriber: Subscriber
) -> None:
    with running(relay, observed):
        for times in (2, 3):
            other.ask("SELECT pg_terminate_backend(pid) FROM unnest(%s) pid", other.listeners())
            observed.wait_for(Listening, times=times)
            notify(f"after {times}")
            assert subscriber.messages(1) == [f"after {times}".encode()]
        assert len(observed.of(DatabaseLost)) == 2


def test_what_waits_for_redis_outlives_a_lost_database(
    relay: Relay, observed: Observed, other: Other, notify: Notify, wire: WireCutter
) -> None:
    with running(relay, observed):
        wire.refuse()
        notify("one", "two")
        wait_until(lambda: any(lost.waiting == 2 for lost in observed.of(RedisLost)))
        other.ask("SELECT pg_terminate_backend(pid) FROM unnest(%s) pid", other.listeners())
        observed.wait_for(Listening, times=2)
        wire.accept()
        observed.wait_for(RedisRegained)
    observed.wait_for(Stopped)


def test_what_waits_is_tried_once_more_before_the_end(
    relay: Relay, observed: Observed, notify: Notify, wire: WireCutter, subscriber: Subscriber
) -> None:
    with running(relay, observed):
        wire.refuse()
        notify("late")
        observed.wait_for(RedisLost, times=5)
        wire.accept()
    assert subscriber.messages_until_now() == [b"late"]
    observed.wait_for(Stopped)
