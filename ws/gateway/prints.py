"""Whether something has changed that admissions rest on: asked of the database for many clients at once.

Blocks, and is called in a thread. What somebody may is found out by `visitors` alone; this says whom to ask it about.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.utils import timezone

from ws.gateway.admission import Standing
from ws.gateway.standing import Print

AT_ONCE = 500
"""So many are asked about by one query."""


def prints(standings: Sequence[Standing]) -> Mapping[Standing, Print]:
    """Another print than before says that a session has ended, or that its user or their groups have changed.

    Some at a time, so that what is read of thousands is never there at once.
    """
    return {
        standing: its
        for start in range(0, len(standings), AT_ONCE)
        for standing, its in _prints(standings[start : start + AT_ONCE])
    }


def _prints(standings: Sequence[Standing]) -> Iterator[tuple[Standing, Print]]:
    keys = [standing.session_key for standing in standings if standing.session_key is not None]
    users = list({standing.user for standing in standings if standing.user is not None})
    there, known, groups = _sessions(keys), _users(users), _groups(users)
    for standing in standings:
        rests_on = (standing.session_key in there, known.get(standing.user), groups.get(standing.user))
        yield standing, hash(rests_on)


def _sessions(keys: Sequence[str]) -> set[str]:
    """Which of these sessions are there. One that is kept in its cookie has no end that could be seen here."""
    kind: Any = import_module(django_settings.SESSION_ENGINE).SessionStore
    if hasattr(kind, "get_model_class"):
        rows = kind.get_model_class()._default_manager.filter(expire_date__gt=timezone.now())
        return set(rows.filter(pk__in=keys).values_list("pk", flat=True))
    return {key for key in set(keys) if kind(key).exists(key)}


def _users(keys: Sequence[str]) -> Mapping[str | None, object]:
    """What of a user decides about them: whether they are active, and their password, with which sessions end."""
    if not apps.is_installed("django.contrib.auth"):
        return {}
    model = get_user_model()
    names = {field.name for field in model._meta.concrete_fields}
    columns = ["pk", *(name for name in ("is_active", "password", model.USERNAME_FIELD) if name in names)]
    rows = model._default_manager.order_by().filter(pk__in=keys)
    return {str(key): tuple(rest) for key, *rest in rows.values_list(*columns)}


def _groups(keys: Sequence[str]) -> Mapping[str | None, object]:
    groups = getattr(get_user_model(), "groups", None) if apps.is_installed("django.contrib.auth") else None
    if groups is None:
        return {}
    found = defaultdict[str, set[object]](set)
    rows = groups.through._default_manager.filter(**{f"{groups.field.m2m_field_name()}__in": keys})
    for user, group in rows.values_list(groups.field.m2m_column_name(), groups.field.m2m_reverse_name()):
        found[str(user)].add(group)
    return {key: frozenset(of_user) for key, of_user in found.items()}
