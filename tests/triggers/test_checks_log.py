"""What `manage.py check --database` says of the change log."""

import pytest
from django.db import connection
from pytest_django import Settings

from tests.shop.models import Counter
from tests.triggers.conftest import Configure, run
from tests.triggers.test_checks import ids, ours
from triggers.install import remove

pytestmark = pytest.mark.django_db


def log_warnings() -> list[tuple[str, str | None]]:
    return [(message.msg, message.hint) for message in ours(databases=["default"]) if message.id == "triggers.W007"]


def limit(settings: Settings, **changes: object) -> None:
    settings.TRIGGERS = {**settings.TRIGGERS, **changes}


def test_a_log_that_is_larger_than_its_limit_is_a_warning_that_names_the_remedy(settings: Settings) -> None:
    Counter.objects.create(pk=1)
    assert log_warnings() == []
    limit(settings, LOG_BYTES_AT_MOST=8000)
    ((message, hint),) = log_warnings()
    assert 'rowcast_log" is ' in message
    assert "bytes large, beyond TRIGGERS['LOG_BYTES_AT_MOST'], which is 8000" in message
    assert hint == "python manage.py runlistener --database default"


def test_a_log_that_reaches_back_beyond_its_limit_is_a_warning(settings: Settings) -> None:
    run("DELETE FROM rowcast_log")
    limit(settings, LOG_SECONDS_AT_MOST=60)
    Counter.objects.create(pk=1)
    assert log_warnings() == []
    run("UPDATE rowcast_log SET at = at - interval '61 s'")
    ((message, _),) = log_warnings()
    assert "seconds back, beyond TRIGGERS['LOG_SECONDS_AT_MOST'], which is 60" in message


def test_the_oldest_row_counts_not_the_newest(settings: Settings) -> None:
    limit(settings, LOG_SECONDS_AT_MOST=60)
    run(
        "INSERT INTO rowcast_log (leaf, xid, status, model, at)"
        " VALUES (1, '3', 'created', 'shop.counter', clock_timestamp() - interval '1 hour')"
    )
    Counter.objects.create(pk=1)
    assert len(log_warnings()) == 1


def test_a_wrong_limit_is_an_error_and_no_crash(settings: Settings) -> None:
    limit(settings, LOG_BYTES_AT_MOST="much")
    assert ids(ours(databases=["default"])) == ["triggers.E004"]


def test_an_empty_log_is_faultless(settings: Settings) -> None:
    run("DELETE FROM rowcast_log")
    limit(settings, LOG_SECONDS_AT_MOST=0.001)
    assert log_warnings() == []


def test_no_log_is_no_warning(configure: Configure) -> None:
    configure(DELIVERY="notify")
    assert ids(ours(databases=["default"])) == []


def test_a_log_that_is_missing_is_a_missing_trigger(configure: Configure) -> None:
    configure()
    remove(connection)
    assert set(ids(ours(databases=["default"]))) == {"triggers.W001"}
