"""What `manage.py check` says."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks
from pytest_django import Settings

from tests.processes import Process
from tests.triggers.conftest import run

Change = Callable[..., list[CheckMessage]]


@pytest.fixture
def found(settings: Settings) -> Change:
    """The messages of ours with these keys changed."""

    def change(**changes: Any) -> list[CheckMessage]:  # noqa: ANN401 - right or wrong
        settings.TRIGGERS = {**settings.TRIGGERS, **changes}
        return ours()

    return change


def ours(**options: Any) -> list[CheckMessage]:  # noqa: ANN401 - Django's
    return [message for message in run_checks(**options) if (message.id or "").startswith("triggers.")]


def ids(messages: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in messages]


def test_the_reference_site_is_faultless() -> None:
    assert ours() == []


def test_a_site_without_settings_of_ours_is_faultless(settings: Settings) -> None:
    del settings.TRIGGERS
    assert ours() == []


def test_every_wrong_name_is_an_error_of_its_own(found: Change) -> None:
    messages = found(WATCH=["nowhere", "project", "shop.Nothing", 7])
    assert ids(messages) == ["triggers.E001"] * 3
    assert all(word in message.msg for word, message in zip(["nowhere", "Nothing", "7"], messages, strict=True))


def test_a_composite_key_is_an_error(found: Change) -> None:
    # Pitfall 27
    assert ids(found(WATCH=["shop.Pair"])) == ["triggers.E002"]


def test_a_wrong_dict_is_an_error_and_so_are_two_for_one_table(found: Change) -> None:
    assert ids(found(WATCH=[{"model": "shop.Order", "audience": "group"}])) == ["triggers.E006"]
    assert ids(found(WATCH=[{"model": "shop.Order", "carry": ["nothing"]}])) == ["triggers.E007"]
    assert ids(found(WATCH=["shop", {"model": "shop.Order"}, {"model": "shop.Order", "carry": ["note"]}])) == [
        "triggers.E006"
    ]


@pytest.mark.parametrize("channel", ["", "x" * 64, "€" * 22])
def test_a_channel_that_postgresql_would_cut_is_an_error(found: Change, channel: str) -> None:
    # Pitfall P6
    assert ids(found(CHANNEL=channel)) == ["triggers.E003"]


@pytest.mark.parametrize("channel", ["x", "x" * 63, "€" * 21, 'we"ird', "%s"])
def test_a_channel_of_63_bytes_of_anything_is_right(found: Change, channel: str) -> None:
    assert found(CHANNEL=channel) == []


def test_an_unknown_key_is_an_error_that_lists_the_known_ones(found: Change) -> None:
    (message,) = found(WATCHES=["project"])
    assert message.id == "triggers.E004"
    assert "'WATCHES'" in message.msg
    assert message.hint == (
        "Known: CHANNEL, DELIVERY, ENABLE_ALWAYS, FACILITY, LOG_BYTES_AT_MOST, LOG_SECONDS_AT_MOST, MESSAGE, ON_ERROR,"
        " RETENTION, TRUNCATE, WATCH."
    )


def test_an_unknown_delivery_is_an_error(found: Change) -> None:
    assert ids(found(DELIVERY="pigeon")) == ["triggers.E004"]


def test_an_unknown_format_of_messages_is_an_error(found: Change) -> None:
    assert ids(found(MESSAGE="morse")) == ["triggers.E004"]
    assert ids(found(MESSAGE=["rodan"])) == ["triggers.E004"]


@pytest.mark.parametrize("name", ["RETENTION", "LOG_BYTES_AT_MOST", "LOG_SECONDS_AT_MOST"])
@pytest.mark.parametrize("value", [0, -1, "3600", None, True, float("nan"), float("inf")])
def test_a_limit_that_is_no_positive_number_is_an_error(found: Change, name: str, value: object) -> None:
    (message,) = found(**{name: value})
    assert (message.id, message.msg) == ("triggers.E004", f"TRIGGERS[{name!r}] is {value!r}.")


@pytest.mark.parametrize("value", [1, 0.5, 10**12])
def test_limits_are_any_positive_numbers(found: Change, value: float) -> None:
    assert found(RETENTION=value, LOG_BYTES_AT_MOST=value, LOG_SECONDS_AT_MOST=value) == []


def test_a_name_in_place_of_a_list_of_names_is_an_error(found: Change) -> None:
    """WATCH = "shop" is a slip that Python would read as four letters."""
    (message,) = found(WATCH="shop")
    assert "'shop'" in message.msg


def test_a_site_without_postgresql_is_an_error() -> None:
    with Process.manage("check", environment={"DJANGO_SETTINGS_MODULE": "tests.triggers.without_postgresql"}) as check:
        assert check.wait() == 1
    assert "(triggers.E005) TRIGGERS['WATCH'] is set, but no database is PostgreSQL (default: sqlite)." in check.output


@pytest.mark.django_db
def test_a_migrated_database_is_faultless() -> None:
    assert ours(databases=["default"]) == []


@pytest.mark.django_db
def test_a_missing_trigger_is_a_warning_that_names_the_remedy() -> None:
    run("DROP TRIGGER rowcast_insert ON shop_counter")
    (message,) = ours(databases=["default"])
    assert (message.id, message.hint) == ("triggers.W001", "python manage.py migrate --database default")
    assert "rowcast_insert on public.shop_counter is missing" in message.msg


@pytest.mark.django_db
def test_a_disabled_trigger_is_a_warning_that_names_the_remedy() -> None:
    # Pitfall 25
    run("ALTER TABLE shop_counter DISABLE TRIGGER rowcast_insert")
    (message,) = ours(databases=["default"])
    assert message.id == "triggers.W002"
    assert 'ALTER TABLE "public"."shop_counter" ENABLE TRIGGER "rowcast_insert"' in str(message.hint)


@pytest.mark.django_db
def test_the_remedy_for_a_table_with_an_odd_name_can_be_run() -> None:
    # Pitfall 25, 33
    table = '"we""ird\'; DROP TABLE item; --"'
    run(f"ALTER TABLE {table} DISABLE TRIGGER rowcast_insert")
    (message,) = ours(databases=["default"])
    run(f"{message.hint}".partition(". ")[2])
    assert ours(databases=["default"]) == []


@pytest.mark.django_db
def test_a_table_without_its_key_is_a_warning() -> None:
    # Pitfall 26
    run("ALTER TABLE shop_slug RENAME COLUMN text TO body")
    messages = ours(databases=["default"])
    assert any("has no column 'text'" in message.msg for message in messages)


@pytest.mark.django_db
def test_a_wrong_name_leaves_the_database_unlooked_at(found: Change) -> None:
    assert ids(found(WATCH=["nowhere"])) == ["triggers.E001"]
    assert ids(ours(databases=["default"])) == ["triggers.E001"]


def test_no_database_is_asked_without_being_named() -> None:
    """pytest-django fails whatever opens a connection here."""
    assert ours() == []
