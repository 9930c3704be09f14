"""One query finds the users of many sessions, and only those whom Django would find in the same way."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore as TableStore
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.backends.signals import connection_created
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from pytest_django import DjangoAssertNumQueries, Settings

from tests.ws.gateway.conftest import RunningGateway
from tests.ws.gateway.raw_client import RawClient
from tests.ws.gateway.requests import request
from tests.ws.gateway.test_visitors import signed_in
from ws.gateway.session_users import find_users

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
OWN_BACKEND = f"{__name__}.OwnBackend"
TOO_LARGE = str(2**70)


class OwnBackend(ModelBackend):
    """A site's, which finds its users in its own way: all of them are Eve."""

    def get_user(self, user_id: Any) -> Any:  # noqa: ANN401, ARG002 - Django's
        return User.objects.get(username="eve")


def of_session(**values: Any) -> HttpRequest:  # noqa: ANN401
    """A request whose user is looked for when it is needed, by Django."""
    asked, session = HttpRequest(), SessionStore()
    session.update(values)
    asked.session = session
    asked.user = SimpleLazyObject(lambda: get_user(asked))  # type: ignore[assignment]
    return asked


def of_user(user: User, **other: Any) -> HttpRequest:  # noqa: ANN401
    """With a session in which this user signed in, but for the other values."""
    signed = {SESSION_KEY: str(user.pk), HASH_SESSION_KEY: user.get_session_auth_hash()}
    return of_session(**{**signed, BACKEND_SESSION_KEY: MODEL_BACKEND, **other})


def is_found(asked: HttpRequest) -> bool:
    """Not looked for any more."""
    return isinstance(asked.user, User) and not isinstance(asked.user, SimpleLazyObject)


@pytest.fixture
def users(db: None) -> list[User]:  # noqa: ARG001
    return [User.objects.create_user(name, password=name) for name in ("ann", "bob", "cleo", "eve")]


def test_users_of_many_sessions_are_one_query(
    users: list[User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    requests = [of_user(user) for user in [*users, *users]]
    with django_assert_num_queries(1):
        find_users(requests)
        assert [asked.user for asked in requests] == [*users, *users]


def test_one_alone_is_django_s_affair(users: list[User], django_assert_num_queries: DjangoAssertNumQueries) -> None:
    asked = of_user(users[0])
    with django_assert_num_queries(0):
        find_users([asked])
    assert asked.user == users[0]


Change = Callable[[User], dict[str, Any]]
CHANGES: dict[str, Change] = {
    "another password": lambda _: {HASH_SESSION_KEY: "of another"},
    "no password": lambda _: {HASH_SESSION_KEY: ""},
    "another's session": lambda user: {SESSION_KEY: str(User.objects.exclude(pk=user.pk)[0].pk)},
    "nobody's key": lambda _: {SESSION_KEY: "999999"},
    "a key that no column has room for": lambda _: {SESSION_KEY: TOO_LARGE},
    "a backend that the site has no more": lambda _: {BACKEND_SESSION_KEY: f"{__name__}.Forgotten"},
    "a backend that finds users in its own way": lambda _: {BACKEND_SESSION_KEY: OWN_BACKEND},
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_of_all_others_it_says_nothing_and_django_what_it_always_does(
    settings: Settings, users: list[User], change: Change
) -> None:
    settings.AUTHENTICATION_BACKENDS = [MODEL_BACKEND, OWN_BACKEND]
    changed = change(users[0])
    asked, usual = of_user(users[0], **changed), of_user(users[1])
    find_users([asked, usual])
    assert not is_found(asked)
    assert asked.user == get_user(of_user(users[0], **changed))
    assert usual.user == users[1]


def test_a_key_that_is_none_is_an_error_where_django_says_so(users: list[User]) -> None:
    asked, usual = of_user(users[0], **{SESSION_KEY: "x"}), of_user(users[1])
    find_users([asked, usual])
    assert is_found(usual)
    with pytest.raises(ValidationError):
        str(asked.user)


def test_who_was_deactivated_or_has_another_password_is_not_known(users: list[User]) -> None:
    ann, bob, cleo, _ = users
    requests = [of_user(user) for user in (ann, bob, cleo)]
    User.objects.filter(pk=ann.pk).update(is_active=False)
    bob.set_password("another")
    bob.save()
    find_users(requests)
    assert [is_found(asked) for asked in requests] == [False, False, True]
    assert [asked.user.is_authenticated for asked in requests] == [False, False, True]


def test_a_secret_that_was_replaced_is_django_s_affair(settings: Settings, users: list[User]) -> None:
    before = settings.SECRET_KEY
    requests = [of_user(user) for user in users]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [before]
    find_users(requests)
    assert not any(map(is_found, requests))
    assert [asked.user for asked in requests] == users


def test_who_signed_in_nowhere_is_nobody() -> None:
    """The database, which this test has not, is not asked."""
    without = HttpRequest()
    without.session = None  # type: ignore[assignment]
    find_users([of_session(), of_session(), without])


def of_table(key: str) -> HttpRequest:
    """As `read_session` finds it: nothing is read yet."""
    asked = HttpRequest()
    asked.session = TableStore(key)
    asked.user = SimpleLazyObject(lambda: get_user(asked))  # type: ignore[assignment]
    return asked


def test_sessions_of_the_table_are_one_query_more(
    settings: Settings, users: list[User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    requests = [of_table(signed_in(user, word=user.username).partition("=")[2]) for user in [*users, users[0]]]
    with django_assert_num_queries(2):
        find_users(requests)
        assert [asked.user for asked in requests] == [*users, users[0]]
        assert [asked.session["word"] for asked in requests] == ["ann", "bob", "cleo", "eve", "ann"]


def test_a_session_of_the_table_that_has_ended_or_never_was_is_none(settings: Settings, users: list[User]) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    keys = [signed_in(user).partition("=")[2] for user in users]
    Session.objects.filter(pk=keys[0]).update(expire_date=timezone.now() - timedelta(seconds=1))
    Session.objects.filter(pk=keys[1]).update(session_data="broken")
    requests = [of_table(key) for key in [*keys, "invented0invented0invented0inve"]]
    find_users(requests)
    assert [asked.user.is_authenticated for asked in requests] == [False, False, True, True, False]
    assert [asked.session.session_key for asked in requests] == [None, *keys[1:], None]


def end_connection() -> None:
    """Django's, at the server: the next query fails."""
    with closing(connection.copy()) as other, connection.cursor() as ended, other.cursor() as ending:
        ended.execute("SELECT pg_backend_pid()")
        ending.execute("SELECT pg_terminate_backend(%s, 15000)", ended.fetchone())
        assert ending.fetchone() == (True,)


@pytest.mark.django_db(transaction=True)
def test_after_a_connection_that_died_django_finds_everybody_over_another(users: list[User]) -> None:
    requests = [of_user(user) for user in users]
    end_connection()
    find_users(requests)
    assert not any(map(is_found, requests))
    assert [asked.user for asked in requests] == users


@pytest.mark.django_db(transaction=True)
def test_nor_does_a_dead_connection_lose_sessions_of_the_table(settings: Settings, users: list[User]) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    requests = [of_table(signed_in(user).partition("=")[2]) for user in users]
    end_connection()
    find_users(requests)
    assert [asked.user for asked in requests] == users


@contextmanager
def queries_of_threads(table: str) -> Iterator[list[str]]:
    """Those that ask this table, over connections that are made meanwhile."""
    seen = list[str]()

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:  # noqa: ANN401 - Django's
        if f'FROM "{table}"' in sql:
            seen.append(sql)
        return execute(sql, *rest)

    def made(connection: Any, **_: Any) -> None:  # noqa: ANN401
        connection.execute_wrappers.append(watch)

    connection_created.connect(made)
    try:
        yield seen
    finally:
        connection_created.disconnect(made)


@pytest.mark.django_db(transaction=True)
def test_a_crowd_is_no_crowd_to_the_database(gateway: RunningGateway, facility: str, settings: Settings) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    users = [User.objects.create_user(f"user-{number}") for number in range(12)]
    with queries_of_threads("auth_user") as queries, ExitStack() as cleanup:
        with gateway.stopped():
            clients = [cleanup.enter_context(RawClient(gateway.port)) for _ in users]
            for user, client in zip(users, clients, strict=True):
                client.send(request(f"/ws/{facility}?subscribe-user", extra=[("Cookie", signed_in(user))]))
        assert [client.status() for client in clients] == [101] * len(users)
        assert 0 < len(queries) < len(users) / 2
