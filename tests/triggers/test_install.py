"""Reconciling: what differs is put right, what is as it should be is not touched."""

import re

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from tests.triggers.conftest import Configure, ReversibleStatement, busy, lock_modes, our_functions, our_triggers, run
from tests.triggers.ears import Ear
from triggers.install import reconcile, remove

COUNTER_UPDATE = "SELECT tgfoid::regproc::text FROM pg_trigger WHERE tgrelid = 'shop_counter'::regclass AND tgtype = 16"


def make_outdated() -> str:
    """Another body for the function of the counters' UPDATE: its name."""
    (function,) = run(COUNTER_UPDATE)
    run(f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
    return str(function)


@pytest.mark.django_db
def test_nothing_is_written_where_nothing_differs() -> None:
    # Pitfall 4
    before = our_triggers(), our_functions()
    report = reconcile(connection)
    assert (report.made, report.removed) == ([], [])
    assert (our_triggers(), our_functions()) == before


def test_no_table_is_locked_where_nothing_differs(configure: Configure) -> None:
    # Pitfall 4
    configure()
    with transaction.atomic():
        reconcile(connection)
        assert lock_modes("shop_counter") | lock_modes("project_project") <= {"AccessShareLock"}


def test_a_missing_trigger_is_made_and_the_others_are_left(configure: Configure) -> None:
    before = our_triggers()
    run("DROP TRIGGER rowcast_update ON shop_counter")
    assert configure().made == ["rowcast_update on public.shop_counter"]
    after = our_triggers()
    assert {name for name in before if after[name] != before[name]} == {"rowcast_update on shop_counter"}


def test_an_outdated_function_is_repaired_without_touching_its_trigger(ear: Ear, configure: Configure) -> None:
    # Pitfall 10
    before = our_triggers()
    make_outdated()
    assert configure().made == ["rowcast_update on public.shop_counter"]
    assert our_triggers() == before
    run("INSERT INTO shop_counter (id, value) VALUES (1, 0)")
    run("UPDATE shop_counter SET value = 1")
    assert ear.statuses() == ["created", "updated"]


def test_an_outdated_function_is_repaired_on_a_busy_table(configure: Configure, short_lock_timeout: None) -> None:  # noqa: ARG001
    # Pitfall 10
    make_outdated()
    with busy("LOCK TABLE shop_counter IN ROW EXCLUSIVE MODE"):
        assert configure().made == ["rowcast_update on public.shop_counter"]


@pytest.mark.parametrize(
    "change",
    [
        "ALTER FUNCTION {} SECURITY INVOKER",
        "ALTER FUNCTION {} RESET search_path",
        "ALTER FUNCTION {} SET search_path = public",
        "ALTER FUNCTION {} RESET ALL",
    ],
)
def test_a_function_with_other_options_is_repaired(configure: Configure, change: str) -> None:
    # Pitfall 35, 36
    (function,) = run(COUNTER_UPDATE)
    run(change.format(f"{function}()"))
    assert configure().made == ["rowcast_update on public.shop_counter"]
    assert configure().made == []


@pytest.mark.parametrize(
    "change",
    [
        "AFTER UPDATE ON shop_counter FOR EACH ROW",
        "BEFORE UPDATE ON shop_counter FOR EACH STATEMENT",
        "AFTER UPDATE OF value ON shop_counter FOR EACH STATEMENT",
        "AFTER INSERT OR UPDATE ON shop_counter FOR EACH STATEMENT",
        "AFTER UPDATE ON shop_counter REFERENCING NEW TABLE AS other FOR EACH STATEMENT",
        "AFTER UPDATE ON shop_counter FOR EACH STATEMENT WHEN (false)",
    ],
)
def test_a_trigger_that_was_replaced_is_put_right_again(ear: Ear, configure: Configure, change: str) -> None:
    # Pitfall 17
    (function,) = run(COUNTER_UPDATE)
    run(f"CREATE OR REPLACE TRIGGER rowcast_update {change} EXECUTE FUNCTION {function}()")
    assert configure().made == ["rowcast_update on public.shop_counter"]
    run("INSERT INTO shop_counter (id, value) VALUES (1, 0)")
    run("UPDATE shop_counter SET value = 1")
    assert ear.statuses() == ["created", "updated"]


def test_a_trigger_is_replaced_in_place(configure: Configure) -> None:
    # Pitfall 9: DROP TRIGGER would stop every reader, and leave a moment without a trigger.
    before = our_triggers("shop_counter")
    configure(ENABLE_ALWAYS=True)
    after = our_triggers("shop_counter")
    assert {name: oid for name, (oid, *_) in after.items()} == {name: oid for name, (oid, *_) in before.items()}
    assert {enabled for _, _, enabled in after.values()} == {"A"}


def test_no_reader_is_stopped_by_an_update(configure: Configure, settings: Settings) -> None:
    # Pitfall 9
    configure()
    settings.TRIGGERS = {**settings.TRIGGERS, "ENABLE_ALWAYS": True}
    with transaction.atomic():
        reconcile(connection)
        held = lock_modes("shop_counter")
    assert "ShareRowExclusiveLock" in held
    assert "AccessExclusiveLock" not in held


def test_triggers_are_made_beside_a_long_select(configure: Configure, short_lock_timeout: None) -> None:  # noqa: ARG001
    # Pitfall 7, 9
    with busy("SELECT FROM shop_counter"):
        assert "rowcast_insert on public.shop_counter" in configure(ENABLE_ALWAYS=True).made


def test_enable_always_can_be_taken_back(configure: Configure) -> None:
    # Pitfall 24
    configure(ENABLE_ALWAYS=True)
    configure(ENABLE_ALWAYS=False)
    assert {enabled for _, _, enabled in our_triggers().values()} == {"O"}


def test_a_disabled_trigger_is_left_disabled_and_reported(configure: Configure, alter: ReversibleStatement) -> None:
    # Pitfall 25
    configure()
    switch = "ALTER TABLE shop_counter {} TRIGGER rowcast_insert"
    alter(switch.format("DISABLE"), switch.format("ENABLE"))
    assert configure(ENABLE_ALWAYS=True).disabled == ["rowcast_insert on public.shop_counter"]
    assert our_triggers()["rowcast_insert on shop_counter"][2] == "D"
    assert our_triggers()["rowcast_update on shop_counter"][2] == "A"


def test_a_table_that_is_no_longer_watched_loses_its_triggers_and_functions(configure: Configure) -> None:
    report = configure(WATCH=["shop.Counter"])
    assert {re.sub(".* on ", "", name) for name in our_triggers()} == {"shop_counter"}
    assert len(our_functions()) == 4
    assert "rowcast_update on public.project_project" in report.removed


def test_a_disabled_trigger_on_a_table_that_is_no_longer_watched_is_removed(configure: Configure) -> None:
    run("ALTER TABLE shop_counter DISABLE TRIGGER rowcast_insert")
    configure(WATCH=["project"])
    assert our_triggers("shop_counter") == {}


def test_the_functions_of_a_dropped_table_are_dropped(configure: Configure, alter: ReversibleStatement) -> None:
    alter("CREATE TABLE shop_foreign (id uuid)", "DROP TABLE IF EXISTS shop_foreign")
    configure(WATCH=["shop.Foreign"])
    run("DROP TABLE shop_foreign")
    configure(WATCH=["shop.Foreign"])
    assert our_functions() == {}


def test_a_renamed_tables_old_functions_are_dropped(configure: Configure, alter: ReversibleStatement) -> None:
    alter("CREATE TABLE shop_before (id uuid)", "DROP TABLE shop_foreign")
    run("ALTER TABLE shop_before RENAME TO shop_foreign")
    configure(WATCH=["shop.Foreign"])
    assert (len(our_triggers()), len(our_functions())) == (4, 4)


def test_a_trigger_of_somebody_else_is_left(configure: Configure, alter: ReversibleStatement) -> None:
    alter(
        "CREATE FUNCTION rowcasting() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "DROP FUNCTION rowcasting CASCADE",
    )
    run("CREATE TRIGGER rowcasting AFTER INSERT ON shop_counter EXECUTE FUNCTION rowcasting()")
    configure(WATCH=[])
    assert run("SELECT count(*) FROM pg_trigger WHERE tgname = 'rowcasting'") == [1]


def test_another_projects_schema_is_left(configure: Configure, alter: ReversibleStatement) -> None:
    alter('CREATE SCHEMA "else""where"', 'DROP SCHEMA "else""where" CASCADE')
    run('CREATE TABLE "else""where".item (id uuid)')
    configure(WATCH=["shop.Elsewhere"])
    configure(WATCH=["shop.Counter"])
    assert len(our_triggers("item")) == 4


def test_the_same_name_in_two_schemas_is_two_tables(configure: Configure, alter: ReversibleStatement) -> None:
    # Pitfall 35: migrate for a tenant, who has a table that is public too.
    alter("CREATE SCHEMA tenant", "DROP SCHEMA tenant CASCADE")
    run("CREATE TABLE tenant.shop_counter (id bigint PRIMARY KEY, value int)")
    before = our_triggers("shop_counter")
    with transaction.atomic():
        run("SET LOCAL search_path = tenant, public")
        assert "rowcast_insert on tenant.shop_counter" in configure().made
    assert len(our_triggers("shop_counter")) == 2 * len(before)


def test_remove_drops_every_trigger_and_function(configure: Configure) -> None:
    before = our_triggers()
    report = remove(connection)
    assert len(report.removed) == len(before)
    assert (our_triggers(), our_functions()) == ({}, {})
    assert len(configure().made) == len(before)
