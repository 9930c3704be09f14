"""Who asks, found out by Django: sessions of any engine, users of any backend, the site's own callables."""

from importlib import import_module
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from pytest_django import DjangoAssertNumQueries, Settings
from websockets.http11 import Request
from websockets.server import ServerProtocol

from tests.ws.gateway.requests import request
from ws.access import Access
from ws.audiences import MEMBER_OF
from ws.gateway.admission import Admission
from ws.gateway.proxies import Asker, Through
from ws.gateway.query import read_target
from ws.gateway.visitors import admit, django_request, identify, read_session
from ws.subscriber import RedisSubscriber

WORDS = frozenset([*RedisSubscriber.subscription_channels, *RedisSubscriber.publish_channels])
NO_RULES = Access(WORDS, process_request=None, allowed_channels=None, allow_publish=False)
EVERYTHING = "subscribe-broadcast&subscribe-group&subscribe-user&subscribe-session&publish-broadcast&publish-user"
ANN_S = Asker("192.0.2.7")
ENGINES = ["db", "cache", "cached_db", "file", "signed_cookies"]

pytestmark = pytest.mark.django_db


def asked(query: str = EVERYTHING, cookie: str | None = None, **headers: str) -> Request:
    """A request as `websockets` parsed it."""
    extra = [*headers.items(), *([("Cookie", cookie)] if cookie else [])]
    protocol = ServerProtocol()
    protocol.receive_data(request(f"/ws/sky?{query}", extra=extra))
    (parsed,) = protocol.events_received()
    assert isinstance(parsed, Request)
    return parsed


def admitted(query: str = EVERYTHING, cookie: str | None = None, access: Access = NO_RULES) -> Admission:
    wish = read_target(f"/ws/sky?{query}", "/ws/")
    django = django_request(asked(query, cookie), ANN_S)
    identify(django, wish, access)
    return admit(django, wish, access, None)


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann", password="secret")  # noqa: S106


def signed_in(user: User, **remembered: Any) -> str:  # noqa: ANN401
    """The cookie of somebody who signed in."""
    session = import_module(settings_engine()).SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.update(remembered)
    session.save()
    return f"sessionid={session.session_key}"


def settings_engine() -> str:
    from django.conf import settings  # noqa: PLC0415 - as it is in this test

    return settings.SESSION_ENGINE


@pytest.mark.parametrize("engine", ENGINES)
def test_a_user_of_any_session_engine_has_channels_of_their_own(settings: Settings, ann: User, engine: str) -> None:
    """Compatibility L2, N4, N5, N6."""
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    cookie = signed_in(ann)
    key = cookie.partition("=")[2]
    assert admitted(cookie=cookie).follows == ("broadcast:sky", "user:ann:sky", f"session:{key}:sky")


def test_the_user_is_looked_for_when_it_is_needed(ann: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """Compatibility L2."""
    django = django_request(asked(cookie=signed_in(ann)), ANN_S)
    with django_assert_num_queries(0):
        read_session(django)
    with django_assert_num_queries(2):
        assert django.user == ann


def test_without_a_cookie_there_is_neither_session_nor_user() -> None:
    """Compatibility L2."""
    django = django_request(asked(), ANN_S)
    read_session(django)
    found: list[object] = [django.session, django.user]
    assert found == [None, None]


def test_without_a_cookie_only_the_broadcast_is_left() -> None:
    """Compatibility N10."""
    assert admitted().follows == ("broadcast:sky",)


@pytest.mark.parametrize("engine", ["db", "cache", "cached_db", "file"])
def test_a_session_that_is_not_there_has_no_channel(settings: Settings, engine: str) -> None:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    assert admitted(cookie="sessionid=invented0invented0invented0inve").follows == ("broadcast:sky",)


def test_who_was_deactivated_or_has_another_password_is_not_known(ann: User) -> None:
    cookie = signed_in(ann)
    User.objects.update(is_active=False)
    assert "user:ann:sky" not in admitted(cookie=cookie).follows
    User.objects.update(is_active=True)
    assert "user:ann:sky" in admitted(cookie=cookie).follows
    ann.set_password("another")
    ann.save()
    assert "user:ann:sky" not in admitted(cookie=cookie).follows


def test_groups_are_those_of_the_user_where_the_session_remembers_none(ann: User) -> None:
    """Compatibility N7."""
    ann.groups.add(Group.objects.create(name="schedulers"), Group.objects.create(name="guests"))
    follows = admitted("subscribe-group", signed_in(ann)).follows
    assert follows == ("group:guests:sky", "group:schedulers:sky")


def test_groups_that_the_session_remembers_count_unless_the_user_has_left_them(ann: User) -> None:
    """ws4redis writes them at login; a name that is no Django group is the site's own affair. Compatibility N7."""
    ann.groups.add(Group.objects.create(name="schedulers"))
    Group.objects.create(name="left")
    cookie = signed_in(ann, **{MEMBER_OF: ["schedulers", "left", "from elsewhere"]})
    assert admitted("subscribe-group", cookie).follows == ("group:schedulers:sky", "group:from elsewhere:sky")


def test_nobody_publishes_unless_it_is_allowed(ann: User) -> None:
    """Compatibility F5."""
    cookie = signed_in(ann)
    assert admitted(cookie=cookie).publishes == ()
    allowed = Access(WORDS, None, None, allow_publish=True)
    assert admitted(cookie=cookie, access=allowed).publishes == ("broadcast:sky", "user:ann:sky")
    some = Access(WORDS, None, None, allow_publish=lambda _request, words: [word for word in words if "user" in word])
    assert admitted(cookie=cookie, access=some).publishes == ("user:ann:sky",)


def test_allowed_channels_replaces_the_words(ann: User) -> None:
    """Compatibility S9."""
    seen: list[list[str]] = []

    def known_only(asked: HttpRequest, words: list[str]) -> list[str]:
        seen.append(words)
        return ["subscribe-user"] if getattr(asked, "user", None) else []

    access = Access(WORDS, None, known_only, allow_publish=False)
    assert admitted("echo&subscribe-broadcast&other", access=access).follows == ()
    assert admitted("subscribe-broadcast", signed_in(ann), access).follows == ("user:ann:sky",)
    assert seen == [["subscribe-broadcast"]] * 2


async def process_token(asked: HttpRequest) -> None:
    """As a site with keys in headers may."""
    asked.user = await User.objects.aget(username=asked.headers["X-Key"])


def test_process_request_may_be_a_coroutine_and_replaces_the_cookie(ann: User) -> None:
    """Compatibility S12."""
    access = Access(WORDS, process_token, None, allow_publish=False)
    django = django_request(asked("subscribe-user", **{"X-Key": "ann"}), ANN_S)
    wish = read_target("/ws/sky?subscribe-user", "/ws/")
    identify(django, wish, access)
    assert admit(django, wish, access, None).follows == (f"user:{ann.username}:sky",)


def test_what_a_callable_raises_is_raised() -> None:
    """Compatibility S10."""

    def refuse(_request: HttpRequest, _words: list[str]) -> list[str]:
        raise PermissionDenied

    with pytest.raises(PermissionDenied):
        admitted(access=Access(WORDS, None, refuse, allow_publish=False))


def test_the_request_is_what_a_view_would_see() -> None:
    headers = {"X-Forwarded-For": "::1", "X_Spoofed": "1"}
    django = django_request(asked("a=1&b", cookie="x=1; y=2", **headers), ANN_S)
    assert (django.method, django.path_info, django.GET["a"]) == ("GET", "/ws/sky", "1")
    assert django.COOKIES == {"x": "1", "y": "2"}
    assert (django.META["REMOTE_ADDR"], django.headers["X-Forwarded-For"]) == ("192.0.2.7", "::1")
    assert "HTTP_X_SPOOFED" not in django.META


FORWARDED = {"X-Forwarded-For": "::1", "X-Forwarded-Proto": "wss", "X-Forwarded-Host": "site.example", "X-Secure": "1"}


def test_a_site_behind_a_trusted_proxy_sees_its_own_host_and_scheme(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["site.example"]
    asker = Asker("192.0.2.7", "https", "site.example", Through.TRUSTED, is_forwarded=True)
    django = django_request(asked(**FORWARDED), asker)
    assert (django.is_secure(), django.get_host(), django.get_port()) == (True, "site.example", "443")
    assert django.META["REMOTE_ADDR"] == "192.0.2.7"


def test_a_site_that_reads_forwarded_headers_itself_reads_what_we_read(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["site.example"]
    settings.SECURE_PROXY_SSL_HEADER, settings.USE_X_FORWARDED_HOST = ("HTTP_X_FORWARDED_PROTO", "https"), True
    django = django_request(asked(**FORWARDED), Asker("192.0.2.7", "https", "site.example", Through.TRUSTED))
    assert (django.is_secure(), django.get_host()) == (True, "site.example")


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_PROTO", "HTTP_X_SECURE"])
def test_a_stranger_cannot_say_that_it_came_by_tls_or_to_another_host(settings: Settings, header: str) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.SECURE_PROXY_SSL_HEADER, settings.USE_X_FORWARDED_HOST = (header, "1"), True
    headers = {**FORWARDED, "X-Forwarded-Proto": "1", "Forwarded": "for=192.0.2.1"}
    django = django_request(asked(**headers), Asker("192.0.2.7", through=Through.STRANGER))
    assert (django.is_secure(), django.get_host()) == (False, "127.0.0.1:8001")
    assert not [name for name in django.META if "FORWARDED" in name]


def test_a_proxy_on_this_machine_that_nobody_named_is_django_s_affair(settings: Settings) -> None:
    """As before TRUSTED_PROXIES was there."""
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    django = django_request(asked(**{**FORWARDED, "X-Forwarded-Proto": "https"}), Asker("127.0.0.1"))
    assert django.is_secure()
