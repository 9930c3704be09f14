"""What one database should have and what it has."""

import logging

import pytest
from django.db import connection
from pytest_django import Settings

from tests.triggers.conftest import Configure, ReversibleStatement, our_triggers, run
from triggers.reconcile import State
from triggers.survey import survey
from triggers.watch_entries import WatchError

COUNTERS = "rowcast_insert on public.shop_counter"


def states() -> dict[str, State]:
    return {str(standing): standing.state for standing in survey(connection).standings}


@pytest.mark.django_db
def test_after_migrate_every_trigger_is_installed() -> None:
    assert set(states().values()) == {State.INSTALLED}
    assert len(states()) == len(our_triggers())


@pytest.mark.django_db
def test_a_dropped_trigger_is_missing() -> None:
    run("DROP TRIGGER rowcast_insert ON shop_counter")
    assert states()[COUNTERS] is State.MISSING


@pytest.mark.django_db
def test_a_disabled_trigger_is_disabled() -> None:
    # Pitfall 25
    run("ALTER TABLE shop_counter DISABLE TRIGGER rowcast_insert")
    assert states()[COUNTERS] is State.DISABLED


@pytest.mark.django_db
def test_a_trigger_for_replicas_alone_is_outdated() -> None:
    # Pitfall 24
    run("ALTER TABLE shop_counter ENABLE REPLICA TRIGGER rowcast_insert")
    assert states()[COUNTERS] is State.OUTDATED


@pytest.mark.django_db
def test_another_channel_makes_every_trigger_outdated(settings: Settings) -> None:
    settings.TRIGGERS = {**settings.TRIGGERS, "CHANNEL": "other"}
    assert set(states().values()) == {State.OUTDATED}


@pytest.mark.django_db
def test_a_table_that_is_no_longer_watched_is_unwatched(settings: Settings) -> None:
    settings.TRIGGERS = {**settings.TRIGGERS, "WATCH": ["project"]}
    assert states()[COUNTERS] is State.UNWATCHED
    assert states()["rowcast_insert on public.project_project"] is State.INSTALLED


@pytest.mark.django_db
def test_settings_without_triggers_want_nothing(settings: Settings) -> None:
    del settings.TRIGGERS
    assert set(states().values()) == {State.UNWATCHED}


@pytest.mark.django_db
def test_a_name_that_cannot_be_watched_is_an_error(settings: Settings) -> None:
    settings.TRIGGERS = {"WATCH": ["nowhere"]}
    with pytest.raises(WatchError, match="'nowhere'"):
        survey(connection)


def test_a_view_is_passed_over_with_a_warning(
    alter: ReversibleStatement, configure: Configure, caplog: pytest.LogCaptureFixture
) -> None:
    # Pitfall 31
    alter("CREATE VIEW shop_foreign AS SELECT id FROM shop_order", "DROP VIEW shop_foreign")
    assert len(configure(WATCH=["shop.Foreign"]).made) == 0
    said = {(record.levelno, record.message.partition(" ")[0]) for record in caplog.records}
    assert said == {(logging.WARNING, "public.shop_foreign")}


def test_an_unmanaged_table_is_watched_when_it_is_named(alter: ReversibleStatement, configure: Configure) -> None:
    # Pitfall 31
    alter("CREATE TABLE shop_foreign (id uuid)", "DROP TABLE shop_foreign")
    configure(WATCH=["shop"])
    assert our_triggers("shop_foreign") == {}
    configure(WATCH=["shop", "shop.Foreign"])
    assert len(our_triggers("shop_foreign")) == 4


def test_a_table_without_its_key_is_a_problem_and_its_triggers_are_left_alone(
    configure: Configure, alter: ReversibleStatement
) -> None:
    # Pitfall 26
    configure()
    rename = "ALTER TABLE shop_slug RENAME COLUMN {} TO {}"
    alter(rename.format("text", "body"), rename.format("body", "text"))
    found = survey(connection)
    assert ["shop_slug has no column 'text'" in problem for problem in found.problems] == [True]
    assert [it for it in found.standings if it.table == "public.shop_slug"] == []


def test_the_models_of_one_table_are_watched_once(configure: Configure) -> None:
    # Pitfall 29
    configure(WATCH=["shop.LoudOrder", "shop.Order", "shop"])
    assert [name for name in states() if "shop_order" in name] == [
        "rowcast_insert on public.shop_order",
        "rowcast_update on public.shop_order",
        "rowcast_delete on public.shop_order",
        "rowcast_truncate on public.shop_order",
    ]
