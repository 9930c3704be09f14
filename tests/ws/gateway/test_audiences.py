"""Messages for some: who may have them gets them, whoever else does not, and who loses the right loses the channel."""

import itertools
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from urllib.parse import quote

import pytest
import redis
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest
from websockets.exceptions import InvalidStatus
from websockets.frames import Close as CloseData
from websockets.sync.client import ClientConnection, connect

from tests.ws.gateway.conftest import MESSAGE_SECONDS, MakeGateway, RunningGateway
from tests.ws.gateway.raw_client import HEARTBEAT, RawClient
from tests.ws.gateway.requests import request
from tests.ws.gateway.test_server import close_of, next_message
from tests.ws.observed import wait_until
from ws.gateway.observations import AdmissionFailed, RecheckFailed, Withdrawn
from ws.gateway.ticket_office import issue
from ws.wire.codes import NO_LONGER_ALLOWED, SIGN_IN_AGAIN, Close

pytestmark = pytest.mark.django_db(transaction=True)

ALL_WORDS = "subscribe-broadcast&subscribe-group&subscribe-user&subscribe-session"


@pytest.fixture
def ann() -> User:
    user = User.objects.create_user("ann")
    user.groups.add(Group.objects.create(name="schedulers"), Group.objects.create(name="guests"))
    return user


def session_of(user: User) -> str:
    """The key of a session in which this user signed in."""
    session = import_module(django_settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    key: str = session.session_key
    return key


def opened(
    gateway: RunningGateway, facility: str, words: str = ALL_WORDS, session: str = ""
) -> AbstractContextManager[ClientConnection]:
    cookie = {"Cookie": f"sessionid={session}"} if session else {}
    address = f"ws://127.0.0.1:{gateway.port}/ws/{facility}?{words}"
    return connect(address, proxy=None, additional_headers=cookie)


def close_data(close: Close) -> CloseData:
    return CloseData(close.code, close.reason)


@pytest.fixture
def client(gateway: RunningGateway, facility: str, ann: User) -> Iterator[ClientConnection]:
    """Ann's, past its first heartbeat."""
    with opened(gateway, facility, session=session_of(ann)) as client:
        assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
        yield client


def test_a_user_gets_what_is_for_everybody_their_groups_them_and_their_session(
    client: ClientConnection, facility: str, publisher: redis.Redis
) -> None:
    """Compatibility U6, U7, U8, U9, L6."""
    names = ["broadcast", "group:schedulers", "group:guests", "user:ann", f"session:{Session.objects.get().pk}"]
    for name in [*names, "user:bob", "group:owners"]:
        publisher.publish(f"test:{name}:{facility}", name)
    assert sorted(str(next_message(client)) for _ in names) == sorted(names)  # of several channels, in any order
    publisher.publish(f"test:broadcast:{facility}", "end")
    assert next_message(client) == "end"


def test_what_is_said_to_two_audiences_comes_back_from_both(
    make_gateway: MakeGateway, facility: str, ann: User
) -> None:
    """Over one connection to Redis, which publishes to itself."""
    gateway = make_gateway(allow_publish=True)
    words = "subscribe-broadcast&subscribe-user&publish-broadcast&publish-user&echo"
    with opened(gateway, facility, words, session_of(ann)) as client:
        assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
        for number in range(20):
            client.send(str(number))
        assert sorted(int(next_message(client)) for _ in range(40)) == sorted([*range(20)] * 2)


def test_a_stranger_gets_what_is_for_everybody_and_stays(
    gateway: RunningGateway, facility: str, publisher: redis.Redis
) -> None:
    """Compatibility N10."""
    with opened(gateway, facility) as stranger:
        assert stranger.recv(MESSAGE_SECONDS) == HEARTBEAT
        publisher.publish(f"test:user:ann:{facility}", "private")
        publisher.publish(f"test:broadcast:{facility}", "public")
        assert next_message(stranger) == "public"


def test_the_kept_messages_of_all_channels_come_before_the_first_heartbeat(
    gateway: RunningGateway, facility: str, ann: User, publisher: redis.Redis
) -> None:
    """Compatibility L5."""
    for name in ("broadcast", "group:guests", "user:ann", "user:bob"):
        publisher.set(f"test:{name}:{facility}", name, ex=60)
    with opened(gateway, facility, session=session_of(ann)) as client:
        kept = {client.recv(MESSAGE_SECONDS) for _ in range(3)}
        assert kept == {"broadcast", "group:guests", "user:ann"}
        assert client.recv(MESSAGE_SECONDS) == HEARTBEAT


def test_who_leaves_a_group_loses_its_channel_and_nothing_else(
    client: ClientConnection, gateway: RunningGateway, facility: str, ann: User, publisher: redis.Redis
) -> None:
    """Compatibility N7."""
    ann.groups.remove(Group.objects.get(name="schedulers"))
    wait_until(lambda: bool(gateway.observed.of(Withdrawn)))
    publisher.publish(f"test:group:schedulers:{facility}", "for schedulers")
    publisher.publish(f"test:group:guests:{facility}", "for guests")
    assert next_message(client) == "for guests"


@pytest.mark.parametrize(
    "loss",
    [
        lambda: Session.objects.all().delete(),
        lambda: User.objects.update(is_active=False),
        lambda: User.objects.update(password="!"),  # noqa: S106
        lambda: User.objects.all().delete(),
    ],
    ids=["signs out", "is deactivated", "has another password", "is deleted"],
)
def test_who_is_no_longer_known_is_closed_with_4401(client: ClientConnection, loss: object) -> None:
    """Compatibility C6."""
    loss()  # type: ignore[operator]
    assert close_of(client) == close_data(SIGN_IN_AGAIN)


def test_while_nobody_can_be_asked_clients_keep_what_they_have_and_that_is_told_once(
    client: ClientConnection, gateway: RunningGateway, facility: str, ann: User, publisher: redis.Redis
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE auth_user_groups RENAME TO away")
        gateway.observed.wait_for(RecheckFailed)
        publisher.publish(f"test:group:guests:{facility}", "still here")
        assert next_message(client) == "still here"
        cursor.execute("ALTER TABLE away RENAME TO auth_user_groups")
    ann.groups.clear()
    wait_until(lambda: bool(gateway.observed.of(Withdrawn)))
    assert len(gateway.observed.of(RecheckFailed)) == 1


def test_who_may_follow_nothing_any_more_is_closed_with_4403(gateway: RunningGateway, facility: str, ann: User) -> None:
    """Compatibility C7."""
    with opened(gateway, facility, "subscribe-group", session_of(ann)) as client:
        assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
        ann.groups.clear()
        assert close_of(client) == close_data(NO_LONGER_ALLOWED)


def test_whom_the_sites_rule_refuses_later_is_closed_with_4403(
    make_gateway: MakeGateway, facility: str, ann: User
) -> None:
    """Compatibility C7."""
    gateway = make_gateway(allowed_channels=schedulers_only)
    with opened(gateway, facility, "subscribe-broadcast", session_of(ann)) as client:
        assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
        ann.groups.clear()
        assert close_of(client) == close_data(NO_LONGER_ALLOWED)


def schedulers_only(asked: HttpRequest, words: list[str]) -> list[str]:
    user = getattr(asked, "user", None)
    if user is None or not user.groups.filter(name="schedulers").exists():
        raise PermissionDenied("schedulers only")
    return words


def test_permission_denied_is_403_and_says_why(make_gateway: MakeGateway, facility: str) -> None:
    """Compatibility S10, L3, K5."""
    gateway = make_gateway(allowed_channels=schedulers_only)
    with pytest.raises(InvalidStatus) as refused, opened(gateway, facility, "subscribe-broadcast"):
        pass
    assert refused.value.response.status_code == 403
    assert refused.value.response.body == b"schedulers only\n"


def fail(_request: HttpRequest) -> None:
    raise LookupError("a secret of the database")


def test_whatever_else_is_raised_is_500_without_its_text_and_logged(make_gateway: MakeGateway, facility: str) -> None:
    """Compatibility K6."""
    gateway = make_gateway(process_request=fail)
    with pytest.raises(InvalidStatus) as refused, opened(gateway, facility):
        pass
    assert refused.value.response.status_code == 500
    assert b"secret" not in refused.value.response.body
    (failed,) = gateway.observed.of(AdmissionFailed)
    assert "a secret of the database" in str(failed)


def ticket_of(user: User, facility: str) -> str:
    asked = HttpRequest()
    asked.user = user
    return quote(issue(asked, facility))


@pytest.mark.usefixtures("site_redis")
def test_who_brings_a_ticket_is_known_once(make_gateway: MakeGateway, facility: str, ann: User) -> None:
    """A used one is refused, whatever else could be had without it."""
    gateway = make_gateway()
    words = f"subscribe-user&subscribe-broadcast&ticket={ticket_of(ann, facility)}"
    with opened(gateway, facility, words) as client:
        assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
        with redis.Redis(**gateway.settings.connection) as publisher:
            publisher.publish(f"test:user:ann:{facility}", "private")
        assert next_message(client) == "private"
    with pytest.raises(InvalidStatus) as refused, opened(gateway, facility, words):
        pass
    assert refused.value.response.body == b"The ticket is refused: it was used before.\n"


@pytest.mark.usefixtures("site_redis")
def test_who_came_by_a_ticket_stays_until_they_lose_a_right(
    make_gateway: MakeGateway, facility: str, ann: User
) -> None:
    gateway = make_gateway()
    words = f"subscribe-user&subscribe-group&ticket={ticket_of(ann, facility)}"
    with opened(gateway, facility, words) as client:
        assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
        ann.groups.remove(Group.objects.get(name="guests"))
        wait_until(lambda: bool(gateway.observed.of(Withdrawn)))
        ann.is_active = False
        ann.save()
        assert close_of(client) == close_data(SIGN_IN_AGAIN)
    assert gateway.observed.of(Withdrawn)[0].channels == (f"test:group:guests:{facility}",)


HELD = 4711


def ask_slowly(asked: HttpRequest) -> None:
    """PostgreSQL answers when the test lets it."""
    if "slow" in asked.GET:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s), pg_advisory_unlock(%s)", [HELD, HELD])


def test_a_database_that_answers_after_two_seconds_holds_nobody_up(
    make_gateway: MakeGateway, facility: str, publisher: redis.Redis
) -> None:
    """What is published in those two seconds arrives while the slow one still waits for its answer."""
    gateway = make_gateway(process_request=ask_slowly)
    with opened(gateway, facility, "subscribe-broadcast") as quick, RawClient(gateway.port) as slow:
        assert quick.recv(MESSAGE_SECONDS) == HEARTBEAT
        with connection.cursor() as holder:
            holder.execute("SELECT pg_advisory_lock(%s)", [HELD])
            slow.send(request(f"/ws/{facility}?subscribe-broadcast&slow"))
            answers_at = time.monotonic() + 2.0
            for number in itertools.count():
                publisher.publish(f"test:broadcast:{facility}", str(number))
                assert next_message(quick) == str(number)
                if number >= 100 and time.monotonic() > answers_at:
                    break
            assert not slow.has_answer()
            holder.execute("SELECT pg_advisory_unlock(%s)", [HELD])
        assert slow.status() == 101
