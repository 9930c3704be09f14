"""One question for many clients: whether anything has changed that their admission rests on."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from ws.gateway import prints as module
from ws.gateway.admission import Standing
from ws.gateway.prints import prints

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    user = User.objects.create_user("ann")
    user.groups.add(Group.objects.create(name="guests"))
    return user


@pytest.fixture
def standing(ann: User) -> Standing:
    return Standing(session_key(), str(ann.pk))


def session_key(engine: str = "db") -> str:
    session = import_module(f"django.contrib.sessions.backends.{engine}").SessionStore()
    session["some"] = "thing"
    session.save()
    key: str = session.session_key
    return key


CHANGES: dict[str, Callable[[], object]] = {
    "signed out": lambda: Session.objects.all().delete(),
    "session expired": lambda: Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1)),
    "deactivated": lambda: User.objects.update(is_active=False),
    "another password": lambda: User.objects.update(password="!"),  # noqa: S106
    "renamed": lambda: User.objects.update(username="anne"),
    "left a group": lambda: User.groups.through.objects.all().delete(),
    "joined a group": lambda: User.objects.get().groups.add(Group.objects.create(name="more")),
    "deleted": lambda: User.objects.all().delete(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_gives_another_print(standing: Standing, change: Callable[[], object]) -> None:
    before = prints([standing])
    assert prints([standing]) == before
    change()
    assert prints([standing]) != before


def test_what_changes_of_others_gives_none(standing: Standing) -> None:
    bob = User.objects.create_user("bob")
    before = prints([standing])
    bob.groups.add(Group.objects.create(name="others"))
    bob.delete()
    assert prints([standing]) == before


def test_many_are_asked_about_by_three_queries_each_time(
    standing: Standing, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [standing, *(Standing(f"key {number}", str(number + 1000)) for number in range(9))]
    with django_assert_num_queries(3):
        assert len(prints(many)) == 10
    monkeypatch.setattr(module, "AT_ONCE", 5)
    with django_assert_num_queries(6):
        assert len(prints(many)) == 10


@pytest.mark.parametrize("engine", ["cache", "cached_db", "file"])
def test_a_session_of_any_engine_that_is_gone_gives_another_print(settings: Settings, engine: str) -> None:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    standing = Standing(session_key(engine))
    before = prints([standing])
    import_module(settings.SESSION_ENGINE).SessionStore(standing.session_key).delete()
    assert prints([standing]) != before
