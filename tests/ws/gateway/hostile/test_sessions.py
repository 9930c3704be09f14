"""PITFALLS A2 and A3: sessions that are none or end, and tickets that prove nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpRequest
from django.utils.timezone import now

from tests.ws.gateway.hostile.target import Target
from tests.ws.gateway.raw_client import HEARTBEAT, RawClient
from tests.ws.gateway.requests import request
from ws.gateway.ticket_office import issue

SETTINGS = {"WS": {"TICKET_SECONDS": 30}}
WORDS = "subscribe-broadcast&subscribe-user&subscribe-session"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def gateway_database(tests_database_url: str) -> str:
    return tests_database_url


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann")


def session_of(user: User) -> SessionBase:
    """In which this user signed in."""
    session: SessionBase = import_module(django_settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    return session


def with_cookie(value: str, facility: str = "sky") -> bytes:
    return request(f"/ws/{facility}?{WORDS}", changes={"Cookie": f"sessionid={value}"})


def with_ticket(ticket: str, facility: str = "sky") -> bytes:
    return request(f"/ws/{facility}?{WORDS}&ticket={ticket}")


def ticket_of(user: User, facility: str = "sky") -> str:
    asked = HttpRequest()
    asked.user, asked.session = user, SessionStore()
    return issue(asked, facility)


def hears(target: Target, said: bytes, facility: str) -> list[str]:
    """What a client that came so is told of messages to its user, its session and everybody."""
    with target.connect() as client:
        client.send(said)
        assert client.status() == 101
        assert client.text() == HEARTBEAT
        for name in ("user:ann", "session:forged-session", "broadcast"):
            target.publisher.publish(f"test:{name}:{facility}", name)
        heard = [told(client)]
        while heard[-1] != "broadcast":
            heard.append(told(client))
        return heard


def told(client: RawClient) -> str:
    while (text := client.text()) == HEARTBEAT:
        pass
    return text


@pytest.mark.parametrize(
    "cookie", ["", "forged-session", "a" * 32, "0" * 4000, "%00", "../../etc/passwd", "'; DROP TABLE x; --"]
)
def test_a_session_that_is_none_is_told_what_everybody_may_know(target: Target, cookie: str) -> None:
    """A2."""
    facility = f"sky-{uuid4().hex}"
    with target.attacked():
        for _ in range(5):
            assert hears(target, with_cookie(cookie, facility), facility) == ["broadcast"]


def test_an_expired_session_is_told_what_everybody_may_know(target: Target, ann: User) -> None:
    """A2."""
    session, facility = session_of(ann), f"sky-{uuid4().hex}"
    assert hears(target, with_cookie(str(session.session_key), facility), facility) == ["user:ann", "broadcast"]
    session.model.objects.update(expire_date=now() - timedelta(seconds=1))  # type: ignore[attr-defined]
    assert hears(target, with_cookie(str(session.session_key), facility), facility) == ["broadcast"]


def test_who_signs_out_is_closed_with_4401(target: Target, ann: User) -> None:
    """A2."""
    session = session_of(ann)
    with target.attacked(), target.connect() as client:
        client.send(with_cookie(str(session.session_key)))
        assert client.status() == 101
        session.delete()
        assert client.close_frame().code == 4401


def test_a_ticket_is_good_once_however_many_bring_it(target: Target, ann: User) -> None:
    """A3: replayed, and used by several sockets at once."""
    ticket = ticket_of(ann)
    with target.attacked(), ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(target.status, [with_ticket(ticket)] * 40))
    assert sorted(answers) == [101, *[403] * 39]
    assert ticket not in target.process.output


def tampered(ticket: str) -> list[str]:
    body, _, signature = ticket.rpartition(".")
    swapped = ticket[:-1] + ("A" if ticket[-1] != "A" else "B")
    return [swapped, body, f"{body}.", f".{signature}", f"{ticket}{ticket}", ticket.swapcase(), "%00", "", "a" * 4000]


def test_a_ticket_that_was_changed_or_is_for_elsewhere_is_403(target: Target, ann: User) -> None:
    """A3: tampered, for another facility, for another user."""
    ticket, bob = ticket_of(ann), User.objects.create_user("bob")
    of_bob = ticket_of(bob)
    mixed = f"{of_bob.rpartition('.')[0]}.{ticket.rpartition('.')[2]}"
    with target.attacked():
        for wrong in [*tampered(ticket), mixed] * 10:
            assert target.status(with_ticket(wrong)) == 403, wrong
        assert target.status(with_ticket(ticket, "another")) == 403
        assert target.status(with_ticket(ticket)) == 101
    assert ticket not in target.process.output
    assert of_bob not in target.process.output


def test_an_expired_ticket_is_403(target: Target, ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """A3."""
    with monkeypatch.context() as past:
        past.setattr("ws.gateway.ticket_office.time.time", lambda: 1_700_000_000.0)
        ticket = ticket_of(ann)
    with target.attacked():
        assert target.status(with_ticket(ticket)) == 403


def test_a_ticket_of_who_was_deactivated_is_403(target: Target, ann: User) -> None:
    """A3."""
    ticket = ticket_of(ann)
    User.objects.update(is_active=False)
    assert target.status(with_ticket(ticket)) == 403
