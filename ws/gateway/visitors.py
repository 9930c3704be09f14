"""Who asks, and what they may: found out by Django's own means and the site's callables.

Everything here blocks, and is called in threads. `request.session` and `request.user` are as ws4redis has them: of the
session's cookie, the user looked for when it is needed; None without a cookie. A ticket stands in a cookie's place.
"""

import inspect
from collections.abc import Collection, Sequence
from importlib import import_module
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from asgiref.sync import async_to_sync
from django.conf import settings as django_settings
from django.core.exceptions import PermissionDenied
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.functional import SimpleLazyObject
from websockets.datastructures import Headers
from websockets.http11 import Request

from ws.access import Access
from ws.audiences import MEMBER_OF, own_groups
from ws.gateway.admission import Admission, Standing, Visitor, admission
from ws.gateway.proxies import Asker, Through
from ws.gateway.query import Wish
from ws.gateway.ticket_office import recall, redeem
from ws.gateway.tickets import TicketError
from ws.settings import Callback


def identify(asked: HttpRequest, wish: Wish, access: Access, *, is_again: bool = False) -> None:
    """Give the request its session and its user. Raises PermissionDenied, and what the site's callables raise.

    `is_again`: of somebody who was admitted before, and whose ticket is used.
    """
    if wish.ticket is None:
        _call(access.process_request or read_session, asked)
    else:
        asked.session = None  # type: ignore[assignment]
        asked.user = _holder(wish.ticket, wish.facility, is_again=is_again)


def admit(asked: HttpRequest, wish: Wish, access: Access, prefix: str | None) -> Admission:
    """Of an identified request. Raises PermissionDenied, and what the site's callables and the database raise."""
    words: Collection[str] = [word for word in wish.words if word in access.words]
    if access.allowed_channels is not None:
        words = list(_call(access.allowed_channels, asked, words))
    words = _without_forbidden(words, asked, access)
    return admission(wish, words, _visitor(asked, words), prefix)


def read_session(asked: HttpRequest) -> None:
    """Of SESSION_ENGINE, by its cookie."""
    asked.session = asked.user = None  # type: ignore[assignment]
    key = asked.COOKIES.get(django_settings.SESSION_COOKIE_NAME)
    if key is not None:
        asked.session = import_module(django_settings.SESSION_ENGINE).SessionStore(key)
        asked.user = SimpleLazyObject(lambda: _user(asked))  # type: ignore[assignment]


def session_request(session_key: str | None) -> Request:
    """A request of which nothing is known but its session."""
    cookies = {} if session_key is None else {"Cookie": f"{django_settings.SESSION_COOKIE_NAME}={session_key}"}
    return Request("/", Headers(cookies))


def django_request(request: Request, asker: Asker) -> HttpRequest:
    """The handshake, as a view would see it."""
    path, _, query = request.path.partition("?")
    headers = _meta(request, asker)
    host, port = split_domain_port(headers.get("HTTP_HOST", ""))
    scheme = asker.scheme or "http"
    return WSGIRequest(
        {
            **headers,
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("iso-8859-1"),
            "QUERY_STRING": query,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_NAME": host or "localhost",
            "SERVER_PORT": port or {"http": "80", "https": "443"}[scheme],
            "REMOTE_ADDR": asker.address,
            "wsgi.url_scheme": scheme,
            "wsgi.input": BytesIO(),
        }
    )


def _meta(request: Request, asker: Asker) -> dict[str, str]:
    """Its headers as WSGI names them. What only a proxy may say, a stranger's request has not said.

    A site with SECURE_PROXY_SSL_HEADER or USE_X_FORWARDED_HOST reads what we have read, in our reading.
    """
    headers: dict[str, str] = {}
    for name, value in request.headers.raw_items():
        if "_" not in name:  # which could pass for a dash (CVE-2015-0219)
            key = f"HTTP_{name.upper().replace('-', '_')}"
            headers[key] = f"{headers[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}" if key in headers else value
    if asker.through is Through.STRANGER:
        of_proxies = {"HTTP_FORWARDED", *(django_settings.SECURE_PROXY_SSL_HEADER or ())[:1]}
        return {key: value for key, value in headers.items() if key not in of_proxies and not _is_forwarded(key)}
    if asker.through is Through.TRUSTED and asker.host is not None:
        headers["HTTP_HOST"] = headers["HTTP_X_FORWARDED_HOST"] = asker.host
    if asker.through is Through.TRUSTED and asker.scheme is not None:
        headers["HTTP_X_FORWARDED_PROTO"] = asker.scheme
    return headers


def _is_forwarded(key: str) -> bool:
    return key.startswith("HTTP_X_FORWARDED_")


def _holder(ticket: str, facility: str, *, is_again: bool) -> Any:  # noqa: ANN401 - of any model
    try:
        return recall(ticket, facility) if is_again else redeem(ticket, facility)
    except TicketError as error:
        if is_again:
            return None
        raise PermissionDenied(f"The ticket is refused: {error.reason}.") from error


def _user(asked: HttpRequest) -> Any:  # noqa: ANN401 - of any backend
    from django.contrib.auth import get_user  # noqa: PLC0415 - a site may have none

    return get_user(asked)


def _call(function: Callback, *arguments: object) -> Any:  # noqa: ANN401 - the site's
    """A coroutine function runs in a loop of this thread's own, where it may block as much as it likes."""
    if inspect.iscoroutinefunction(function):
        return async_to_sync(function)(*arguments)
    return function(*arguments)


def _without_forbidden(words: Collection[str], asked: HttpRequest, access: Access) -> Collection[str]:
    """Without the words of what it may not publish."""
    if access.allow_publish is True or not any(map(_publishes, words)):
        return words
    allowed: Sequence[str] = []
    if access.allow_publish is not False:
        allowed = list(_call(access.allow_publish, asked, [word for word in words if _publishes(word)]))
    return [word for word in words if not _publishes(word) or word in allowed]


def _publishes(word: str) -> bool:
    return word.startswith("publish-")


def _visitor(asked: HttpRequest, words: Collection[str]) -> Visitor:
    """Groups are looked for where a word needs them."""
    user, session = getattr(asked, "user", None), getattr(asked, "session", None)
    key = _session_key(session)
    if user is None or not user.is_authenticated or not user.is_active:
        return Visitor(session_key=key, standing=Standing(key))
    groups = own_groups(asked) if any(word.endswith("-group") for word in words) else ()
    return Visitor(user.get_username(), tuple(groups), key, Standing(key, str(user.pk)))


def _session_key(session: Any) -> str | None:  # noqa: ANN401 - of any engine
    """None where the session is not there: an engine finds that out when it reads."""
    if session is None:
        return None
    session.get(MEMBER_OF)
    key: str | None = session.session_key
    return key
