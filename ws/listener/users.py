"""The names of users by their keys, as a question for the database in which the log is."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

Question = tuple[str, tuple[Any, ...]]


def names_question(alias: str, keys: Iterable[str]) -> Question | None:
    """SQL, which answers with rows of key and name, and its parameters; None where no user can have such a key.

    Those who are gone have no row.
    """
    wanted = list(_readable(keys))
    if not wanted:
        return None
    user = get_user_model()
    names = user._base_manager.using(alias).filter(pk__in=wanted).order_by().values_list("pk", user.USERNAME_FIELD)
    statement, parameters = names.query.get_compiler(alias).as_sql()
    return statement, tuple(parameters)


def _readable(keys: Iterable[str]) -> Iterator[Any]:
    """A column that is no foreign key may hold anything."""
    for key in keys:
        try:
            yield get_user_model()._meta.pk.to_python(key)
        except ValidationError:
            continue
