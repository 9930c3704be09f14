"""The users of many sessions, by one query: a crowd that reconnects asks the database little more than one client does.

So are the sessions, where they are in Django's table. Only users of whom Django's `get_user` would say the same:
of ModelBackend, with a session that knows their password. Django is asked about everybody else, one by one, as ever.
Blocks, and is called in threads.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model, load_backend
from django.db import Error
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from ws.gateway.threads import close_old


class _Login(NamedTuple):
    """What a session says of who signed in."""

    asked: HttpRequest
    key: Any
    """The user's primary key."""
    password: str
    """The hash of their password's, as it was then."""
    backend: Any


def find_users(requests: Collection[HttpRequest]) -> None:
    """Give requests their users, where one query can tell. `request.user` stays as it is elsewhere."""
    if len(requests) < 2 or not apps.is_installed("django.contrib.auth"):
        return
    _read_sessions(requests)
    logins = list[_Login]()
    for asked in requests:
        with suppress(Exception):  # of a session that cannot be read: who reads it next is told
            logins += _logins(asked)
    users = _users({login.key for login in logins})
    for login in logins:
        user = users.get(login.key)
        if user is not None and _is_known(login, user):
            login.asked.user = user


def _read_sessions(requests: Collection[HttpRequest]) -> None:
    """Those that are in Django's table; every other is looked for when it is needed, as ever."""
    stores: list[Any] = [asked.session for asked in requests if getattr(asked, "session", None) is not None]
    if not (stores and all(_is_of_the_table(store) for store in stores)):
        return
    keys = {store.session_key for store in stores}
    rows = stores[0].get_model_class().objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    found = _answer(lambda: dict(rows.values_list("session_key", "session_data")))
    for store in stores:
        if store.session_key in found:
            store.load = partial(store.decode, found[store.session_key])


def _is_of_the_table(store: object) -> bool:
    """As Django's own; another may look for sessions anywhere."""
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415 - a site may have none of these

    return isinstance(store, SessionStore) and type(store).load is SessionStore.load


def _logins(asked: HttpRequest) -> list[_Login]:
    """One at most."""
    session: Any = getattr(asked, "session", None)
    words = [] if session is None else [session.get(it) for it in (SESSION_KEY, HASH_SESSION_KEY, BACKEND_SESSION_KEY)]
    if not all(words):
        return []
    key, password, path = words
    backend = load_backend(path) if path in settings.AUTHENTICATION_BACKENDS else None
    if backend is None or not _asks_the_manager(backend):
        return []
    return [_Login(asked, get_user_model()._meta.pk.to_python(key), password, backend)]


def _asks_the_manager(backend: object) -> bool:
    """As ModelBackend does; another may find users anywhere."""
    from django.contrib.auth.backends import ModelBackend  # noqa: PLC0415 - a site may have no models of it

    return isinstance(backend, ModelBackend) and type(backend).get_user is ModelBackend.get_user


def _users(keys: Collection[Any]) -> Mapping[Any, Any]:
    """By their keys."""
    return _answer(lambda: {user.pk: user for user in get_user_model()._default_manager.filter(pk__in=keys)})


def _answer(question: Callable[[], dict[Any, Any]]) -> Mapping[Any, Any]:
    """Nothing where the database does not say: it is asked again about each, and what it says is told.

    Over another connection, should this one have died.
    """
    try:
        return question()
    except Error:
        close_old()
        return {}


def _is_known(login: _Login, user: Any) -> bool:  # noqa: ANN401 - of any model
    return (
        login.backend.user_can_authenticate(user)
        and hasattr(user, "get_session_auth_hash")
        and constant_time_compare(login.password, user.get_session_auth_hash())
    )
