"""What users are called, asked of the database."""

import pytest
from django.contrib.auth.models import User
from django.db import connection

from ws.listener.users import names_question


def answered(*keys: str) -> dict[str, str]:
    question = names_question("default", keys)
    assert question is not None
    with connection.cursor() as cursor:
        cursor.execute(*question)
        return {str(key): name for key, name in cursor.fetchall()}


@pytest.mark.django_db
def test_users_are_found_by_their_keys() -> None:
    ann, bob = (User.objects.create(username=name) for name in ("ann", "bob"))
    assert answered(str(ann.pk), str(bob.pk)) == {str(ann.pk): "ann", str(bob.pk): "bob"}


@pytest.mark.django_db
def test_a_user_who_is_gone_has_no_name() -> None:
    ann = User.objects.create(username="ann")
    assert answered(str(ann.pk), str(ann.pk + 1)) == {str(ann.pk): "ann"}


@pytest.mark.django_db
def test_what_is_no_key_is_passed_over() -> None:
    """A column that is no foreign key may hold anything; the statement would fail for ever."""
    ann = User.objects.create(username="ann")
    assert answered(str(ann.pk), "nobody", "1.5") == {str(ann.pk): "ann"}


def test_nothing_is_asked_where_there_is_no_key() -> None:
    assert names_question("default", []) is None
    assert names_question("default", ["nobody"]) is None
