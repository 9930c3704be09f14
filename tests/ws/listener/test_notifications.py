"""The LISTEN connection against the real PostgreSQL."""

import os
import select as select_module
import signal
from collections.abc import Iterator
from select import select

import psycopg2
import pytest

from tests.ws.listener.conftest import LISTENER, MESSAGE_SECONDS, Other
from tests.ws.observed import wait_until
from ws.listener.notifications import Notifications, TooOldServerError, connection_arguments, require_server
from ws.listener.session import SilentServerError

pytestmark = pytest.mark.django_db
TAKES_AT_MOST = 5


@pytest.fixture
def notifications(other: Other, notification_channel: str) -> Iterator[Notifications]:  # noqa: ARG001 - makes the database
    with Notifications("default", notification_channel) as made:
        yield made


def take(notifications: Notifications, count: int) -> list[bytes]:
    """So many, as they come."""
    taken = notifications.take()
    while len(taken) < count:
        assert select([notifications.fileno()], [], [], MESSAGE_SECONDS)[0], f"only {taken}"
        taken += notifications.take()
    return taken


def terminate(other: Other) -> None:
    """End the listener's session."""
    (pid,) = other.listeners()
    other.ask("SELECT pg_terminate_backend(%s)", pid)


def take_until_lost(notifications: Notifications) -> list[bytes]:
    """What comes in a few takes, of which the last raises."""
    taken: list[bytes] = []
    for _ in range(TAKES_AT_MOST):
        try:
            assert select([notifications.fileno()], [], [], MESSAGE_SECONDS)[0], "no end in sight"
            taken += notifications.take()
        except psycopg2.Error:
            return taken
    pytest.fail("the end was not noticed")


def test_notifications_come_in_the_order_of_their_commits(
    notifications: Notifications, other: Other, notification_channel: str
) -> None:
    payloads = [f"payload {number}" for number in range(1000)]
    other.notify(notification_channel, *payloads)
    assert take(notifications, 1000) == [payload.encode() for payload in payloads]


def test_notifications_of_one_transaction_come_in_its_order(
    notifications: Notifications, other: Other, notification_channel: str
) -> None:
    other.ask("SELECT pg_notify(%s, n::text) FROM generate_series(1, 3000) n", notification_channel)
    assert take(notifications, 3000) == [b"%d" % number for number in range(1, 3001)]


def test_what_is_committed_before_the_first_take_is_not_missed(
    notifications: Notifications, other: Other, notification_channel: str
) -> None:
    other.notify(notification_channel, "early")
    assert take(notifications, 1) == [b"early"]


def test_a_payload_is_handed_on_as_utf_8(notifications: Notifications, other: Other, notification_channel: str) -> None:
    other.notify(notification_channel, "Größe €")
    assert take(notifications, 1) == ["Größe €".encode()]


def test_other_channels_and_rolled_back_changes_are_not_heard(
    notifications: Notifications, other: Other, notification_channel: str
) -> None:
    other.notify("another", "not ours")
    with pytest.raises(psycopg2.errors.DivisionByZero):
        other.ask("SELECT pg_notify(%s, 'never'), 1 / 0", notification_channel)
    other.notify(notification_channel, "ours")
    assert take(notifications, 1) == [b"ours"]


def test_taking_does_not_wait(notifications: Notifications) -> None:
    assert notifications.take() == []


def test_the_rest_is_what_was_committed_though_the_server_has_yet_to_send_it(
    notifications: Notifications, other: Other, notification_channel: str
) -> None:
    (pid,) = other.listeners()
    for number in range(100):
        os.kill(pid, signal.SIGSTOP)
        try:
            other.notify(notification_channel, str(number))
            assert notifications.take() == []
        finally:
            os.kill(pid, signal.SIGCONT)
        assert notifications.take_rest(MESSAGE_SECONDS) == [b"%d" % number]


def test_a_server_that_does_not_answer_is_not_waited_for_longer(notifications: Notifications, other: Other) -> None:
    (pid,) = other.listeners()
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(SilentServerError):
            notifications.take_rest(0.01)
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_channel_of_any_name_is_quoted(other: Other) -> None:
    with Notifications("default", 'we"ird; Name') as notifications:
        other.notify('we"ird; Name', "heard")
        assert take(notifications, 1) == [b"heard"]


def test_it_is_idle_outside_a_transaction_and_pins_nothing(
    notifications: Notifications, other: Other, notification_channel: str
) -> None:
    other.notify(notification_channel, "one")
    take(notifications, 1)
    statement = "SELECT state, xact_start, backend_xmin FROM pg_stat_activity WHERE pid = ANY(%s)"
    assert other.ask(statement, other.listeners()) == [("idle", None, None)]


def test_it_has_a_name_of_its_own_and_time_outs() -> None:
    arguments = connection_arguments("default")
    assert arguments["application_name"] == LISTENER
    assert (arguments["connect_timeout"], arguments["tcp_user_timeout"]) == (3, 10_000)
    assert "cursor_factory" not in arguments


def test_a_lost_connection_raises_within_a_few_polls(notifications: Notifications, other: Other) -> None:
    """PITFALLS P3: the first poll after the end returns as if all were well."""
    terminate(other)
    assert take_until_lost(notifications) == []


@pytest.mark.skipif(not hasattr(select_module, "POLLRDHUP"), reason="only Linux tells of an end that is not read yet")
def test_what_came_before_the_connection_was_lost_is_not_lost_with_it(
    notifications: Notifications, other: Other, notification_channel: str
) -> None:
    """Both come in one piece, and have come before the end does: a server process that is ended sends nothing more."""
    other.ask("SELECT pg_notify(%s, payload) FROM unnest(ARRAY['one', 'two']) payload", notification_channel)
    assert select([notifications.fileno()], [], [], MESSAGE_SECONDS)[0]
    terminate(other)
    poll = select_module.poll()
    poll.register(notifications.fileno(), select_module.POLLRDHUP)
    assert poll.poll(MESSAGE_SECONDS * 1000)
    assert take_until_lost(notifications) == [b"one", b"two"]


def test_leaving_ends_the_session(other: Other, notification_channel: str) -> None:
    with Notifications("default", notification_channel):
        assert len(other.listeners()) == 1
    wait_until(lambda: not other.listeners())


@pytest.mark.parametrize("version", [130_004, 90_624])
def test_a_server_before_14_is_too_old_and_the_message_says_so(version: int) -> None:
    with pytest.raises(TooOldServerError, match=rf"PostgreSQL {version // 10_000} is too old"):
        require_server(version)


@pytest.mark.parametrize("version", [140_000, 150_003, 180_000])
def test_a_server_from_14_on_will_do(version: int) -> None:
    require_server(version)
