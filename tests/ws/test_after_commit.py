"""What is published with a transaction, and what becomes of it where Redis fails."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils.connection import ConnectionDoesNotExist
from pytest_django import Settings

from project.environment import redis_arguments
from tests.wire_cutter import WireCutter
from tests.ws.ear import Ear
from ws.after_commit import PAUSE_SECONDS, Postman, letter
from ws.publisher import publish
from ws.wire.channels import Channel

pytestmark = pytest.mark.django_db(transaction=True)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now, self.step = 100.0, 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def messages(ear: Ear) -> list[str]:
    return [message for _, message in ear.heard()]


def test_it_is_published_at_the_commit_and_not_before(ear: Ear) -> None:
    with transaction.atomic():
        publish("sky", "first")
        publish("sky", "second", users=["ann"])
        assert ear.heard() == []
    assert ear.heard() == [("broadcast:sky", "first"), ("user:ann:sky", "second")]


def test_nothing_of_a_transaction_that_is_rolled_back_is_published(ear: Ear) -> None:
    """Compatibility R8."""
    with transaction.atomic():
        publish("sky", "first")
        transaction.set_rollback(True)
    assert ear.heard() == []


def test_nothing_of_a_savepoint_that_is_rolled_back_is_published(ear: Ear) -> None:
    with transaction.atomic():
        publish("sky", "first")
        with transaction.atomic():
            publish("sky", "second")
            transaction.set_rollback(True)
        publish("sky", "third")
    assert messages(ear) == ["first", "third"]


def test_at_once_does_not_wait_for_the_commit(ear: Ear) -> None:
    with transaction.atomic():
        publish("sky", "first", at_once=True)
        assert messages(ear) == ["first"]


def test_without_a_transaction_it_is_published_at_once(ear: Ear) -> None:
    Group.objects.exists()
    assert connection.connection is not None
    publish("sky", "first")
    assert messages(ear) == ["first"]


def test_no_database_is_connected_to_for_it(ear: Ear) -> None:
    connection.close()
    publish("sky", "first")
    assert messages(ear) == ["first"]
    assert connection.connection is None


def test_the_database_whose_commit_counts_may_be_named(ear: Ear) -> None:
    with transaction.atomic(using="default"):
        publish("sky", "first", using="default")
        assert ear.heard() == []
    assert messages(ear) == ["first"]
    with pytest.raises(ConnectionDoesNotExist):
        publish("sky", "second", using="other")


def test_what_is_wrong_is_raised_before_the_commit() -> None:
    with transaction.atomic(), pytest.raises(TypeError):
        publish("sky", object())


def test_a_transaction_that_django_does_not_know_the_end_of_is_an_error() -> None:
    transaction.set_autocommit(False)
    try:
        with pytest.raises(TransactionManagementError):
            publish("sky", "first")
    finally:
        transaction.rollback()
        transaction.set_autocommit(True)


def test_redis_that_is_away_does_not_fail_the_write_and_is_observed(
    ear: Ear, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.WS4REDIS_CONNECTION = {"host": "127.0.0.1", "port": 1}
    with transaction.atomic():
        Group.objects.create(name="staff")
        publish("sky", "first")
    assert Group.objects.filter(name="staff").exists()
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("rowcast.publisher", "ERROR")
    assert f"a message for {settings.WS4REDIS_PREFIX}:broadcast:sky was not published: " in record.message
    assert ear.heard() == []


def test_redis_that_was_silent_is_left_alone_for_a_while(
    ear: Ear, settings: Settings, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    postman, sent = Postman(clock), letter([Channel(f"{settings.WS4REDIS_PREFIX}:broadcast:sky")], b"hello", 0)
    with WireCutter(redis_url) as wire:
        settings.WS4REDIS_CONNECTION = redis_arguments(wire.url)
        wire.refuse()
        clock.step = 2.0
        postman.send(sent)
        wire.accept()
        clock.step = 0.0
        postman.send(sent)
        assert "silent less than 5 s ago" in caplog.messages[1]
        assert ear.heard() == []
        clock.now += PAUSE_SECONDS
        postman.send(sent)
    assert messages(ear) == ["hello"]


def test_redis_that_fails_at_once_is_asked_again_at_once(
    ear: Ear, settings: Settings, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    postman, sent = Postman(Clock()), letter([Channel(f"{settings.WS4REDIS_PREFIX}:broadcast:sky")], b"hello", 0)
    with WireCutter(redis_url) as wire:
        settings.WS4REDIS_CONNECTION = redis_arguments(wire.url)
        wire.refuse()
        postman.send(sent)
        wire.accept()
        postman.send(sent)
    assert messages(ear) == ["hello"]
    assert len(caplog.messages) == 1
