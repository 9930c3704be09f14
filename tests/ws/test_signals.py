"""A signal that is sent in any process reaches all clients of a facility."""

from uuid import uuid4

import pytest
import redis
from django.db import transaction
from pytest_django import Settings

from tests.processes import Process
from tests.ws.ear import Ear
from ws.signals import update_signal

pytestmark = pytest.mark.django_db(transaction=True)

SEND = """
from ws.signals import update_signal
update_signal.send("a shell", msg="hello", facility="{facility}")
"""


def test_it_reaches_all_clients_of_the_facility_of_triggers(ear: Ear, settings: Settings) -> None:
    settings.TRIGGERS = {"FACILITY": "sky"}
    update_signal.send(sender=None, msg="hello")
    update_signal.send(sender=object, msg={"a": 1})
    assert ear.heard() == [("broadcast:sky", "hello"), ("broadcast:sky", '{"a":1}')]


def test_a_facility_may_be_named(ear: Ear) -> None:
    update_signal.send(sender=None, msg="hello", facility="sea")
    assert ear.heard() == [("broadcast:sea", "hello")]


@pytest.mark.parametrize("rolled_back", [False, True])
def test_it_waits_for_the_commit(ear: Ear, *, rolled_back: bool) -> None:
    """Compatibility W1."""
    with transaction.atomic():
        update_signal.send(sender=None, msg="hello", facility="sea", using="default")
        assert ear.heard() == []
        transaction.set_rollback(rolled_back)
    assert ear.heard() == ([] if rolled_back else [("broadcast:sea", "hello")])


def test_it_is_sent_from_any_process(site_redis: redis.Redis, redis_url: str) -> None:
    """Compatibility W1."""
    facility = uuid4().hex
    environment = {"DJANGO_SETTINGS_MODULE": "project.settings", "REDIS_URL": redis_url}
    with Ear(site_redis, "rodan") as ear:
        code = SEND.format(facility=facility)
        with Process.manage("shell", "--no-imports", "-c", code, environment=environment) as shell:
            assert shell.wait() == 0, shell.output
        assert (f"broadcast:{facility}", "hello") in ear.heard()


def test_a_signal_without_a_message_is_an_error() -> None:
    with pytest.raises(TypeError, match="msg"):
        update_signal.send(sender=None)
