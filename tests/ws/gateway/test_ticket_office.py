"""A ticket is redeemed once, in time, on its facility, while its user may sign in and has the same password."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.db import connections
from django.http import HttpRequest
from pytest_django import Settings

from ws.gateway.ticket_office import issue, redeem
from ws.gateway.tickets import TicketError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_redis")]

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann", password="first")  # noqa: S106 - a test's


def ticket_of(user: User, facility: str = "sky", *, backend: str = "") -> str:
    request = HttpRequest()
    request.user, request.session = user, SessionStore()
    if backend:
        request.session[BACKEND_SESSION_KEY] = backend
    return issue(request, facility)


def refusal(ticket: str, facility: str = "sky") -> str:
    with pytest.raises(TicketError) as caught:
        redeem(ticket, facility)
    return caught.value.reason


@pytest.mark.parametrize("backend", ["", BACKEND])
def test_a_ticket_proves_who_its_user_is(ann: User, backend: str) -> None:
    assert redeem(ticket_of(ann, backend=backend), "sky") == ann


def test_a_ticket_stands_in_a_url_as_it_is(ann: User) -> None:
    assert set(ticket_of(ann)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def test_it_is_used_once(ann: User) -> None:
    ticket = ticket_of(ann)
    redeem(ticket, "sky")
    assert refusal(ticket) == "it was used before"
    assert redeem(ticket_of(ann), "sky") == ann


@pytest.mark.django_db(transaction=True)
def test_of_many_that_use_it_at_the_same_time_one_succeeds(ann: User) -> None:
    ticket = ticket_of(ann)

    def attempt(_: int) -> bool:
        try:
            return redeem(ticket, "sky") == ann
        except TicketError:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, range(16))) == 1


def test_that_it_was_used_is_known_for_longer_than_it_is_good(
    ann: User, site_redis: redis.Redis, settings: Settings
) -> None:
    redeem(ticket_of(ann), "sky")
    (key,) = site_redis.keys(f"{settings.WS4REDIS_PREFIX}:rowcast:ticket:*")
    assert 30 < site_redis.ttl(key) <= 40


def test_it_expires(ann: User, settings: Settings) -> None:
    ticket = ticket_of(ann)
    settings.WS = {"TICKET_SECONDS": -1}
    assert "s old, of" in refusal(ticket)


def test_it_is_good_on_its_facility_alone_and_an_attempt_elsewhere_does_not_use_it(ann: User) -> None:
    ticket = ticket_of(ann)
    assert refusal(ticket, "sea") == "it is for the facility 'sky', not 'sea'"
    assert redeem(ticket, "sky") == ann


@pytest.mark.parametrize(
    "change",
    [
        lambda _: "",
        lambda _: "text",
        lambda ticket: ticket[:-1],
        lambda ticket: f"A{ticket[1:]}",
        lambda ticket: ticket.partition(".")[0],
        lambda ticket: f"{ticket}.{ticket}",
        lambda ticket: f"\ud800{ticket}",
        lambda ticket: "=" + ticket,
    ],
)
def test_one_that_was_changed_is_not_ours(ann: User, change: Callable[[str], str]) -> None:
    assert refusal(change(ticket_of(ann))) == "it was not signed by us"


def test_one_of_another_site_is_not_ours(ann: User, settings: Settings) -> None:
    ticket = ticket_of(ann)
    settings.SECRET_KEY = "another"  # noqa: S105 - a test's
    assert refusal(ticket) == "it was not signed by us"


def test_one_of_a_former_secret_key_is_good(ann: User, settings: Settings) -> None:
    ticket = ticket_of(ann)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert redeem(ticket, "sky") == ann


def test_a_user_who_was_deactivated_has_none(ann: User) -> None:
    ticket = ticket_of(ann)
    User.objects.update(is_active=False)
    assert refusal(ticket) == "its user is gone, or may not sign in any more"


def test_a_user_who_is_gone_has_none(ann: User) -> None:
    ticket = ticket_of(ann)
    ann.delete()
    assert refusal(ticket) == "its user is gone, or may not sign in any more"


def test_a_backend_that_the_site_has_no_more_answers_for_nobody(ann: User, settings: Settings) -> None:
    ticket = ticket_of(ann, backend=BACKEND)
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.RemoteUserBackend"]
    assert refusal(ticket) == "its user is gone, or may not sign in any more"


def test_another_password_ends_it(ann: User) -> None:
    ticket = ticket_of(ann)
    ann.set_password("second")
    ann.save()
    assert refusal(ticket) == "its user's password has changed since"


def test_without_redis_nobody_knows(ann: User, settings: Settings) -> None:
    ticket = ticket_of(ann)
    settings.WS4REDIS_CONNECTION = {"host": "127.0.0.1", "port": 1}
    with pytest.raises(redis.RedisError):
        redeem(ticket, "sky")
