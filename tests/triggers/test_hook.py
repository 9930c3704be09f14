"""The hook, as Django's own commands call it."""

import logging
from collections.abc import Iterator
from io import StringIO
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from pytest_django import Settings

from tests.processes import Process
from tests.triggers.conftest import Configure, ReversibleStatement, busy, our_functions, our_triggers, run
from tests.triggers.ears import Ear, connect
from triggers.hook import reconcile_after_migrate
from triggers.install import TriggersError, remove
from triggers.locks import RECONCILE_LOCK

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def migrated(*arguments: str, **options: object) -> str:
    """What migrate says."""
    out = StringIO()
    call_command("migrate", *arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def environment(database_url: str) -> dict[str, str]:
    """For commands on the test database."""
    address = urlsplit(database_url)._replace(path=f"/{connection.settings_dict['NAME']}")
    return {"DATABASE_URL": urlunsplit(address), "DJANGO_SETTINGS_MODULE": "tests.settings"}


@pytest.fixture
def other_database(environment: dict[str, str]) -> Iterator[str]:
    """An empty database, which the commands know as `other`."""
    name = f"{connection.settings_dict['NAME']}_other"
    environment.update({"OTHER_DATABASE": name, "DJANGO_SETTINGS_MODULE": "tests.triggers.three_databases"})
    run(f"CREATE DATABASE {name}")
    yield name
    run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def without_projects_tables(configure: Configure) -> Iterator[None]:
    configure()
    call_command("migrate", "project", "zero", verbosity=0)
    yield
    call_command("migrate", "project", verbosity=0)


def test_the_signal_reaches_an_app_without_models() -> None:
    # Pitfall 2
    assert apps.get_app_config("triggers").models_module is not None
    run("DROP TRIGGER rowcast_insert ON shop_counter")
    migrated()
    assert "rowcast_insert on shop_counter" in our_triggers()


def test_migrate_says_what_anonymous_visitors_can_follow(configure: Configure) -> None:
    configure(WATCH=["project.Project", {"model": "shop.Counter", "audience": {"group": "cooks"}}])
    assert "  Anonymous visitors can follow: rodan (project.project).\n" in migrated()
    assert "Anonymous" not in migrated(verbosity=0)


def test_flush_leaves_the_triggers(ear: Ear) -> None:
    # Pitfall 1
    before = our_triggers()
    call_command("flush", interactive=False, verbosity=0)
    ear.messages()
    run("INSERT INTO shop_counter (id, value) VALUES (1, 0)")
    assert our_triggers() == before
    assert ear.statuses() == ["created"]


def test_flush_makes_what_is_missing() -> None:
    # Pitfall 1: its signal has neither `plan` nor `apps`.
    before = set(our_triggers())
    remove(connection)
    call_command("flush", interactive=False, verbosity=0)
    assert set(our_triggers()) == before


def test_a_missing_table_is_passed_over(without_projects_tables: None, configure: Configure) -> None:  # noqa: ARG001
    # Pitfall 3: `migrate project zero` has gone through.
    assert our_triggers("project%") == {}
    assert configure().made == []


def test_a_missing_table_is_a_line_for_debugging(
    without_projects_tables: None,  # noqa: ARG001
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Pitfall 3
    caplog.set_level(logging.DEBUG, "rowcast.triggers")
    migrated("auth")
    said = [record for record in caplog.records if "project.Project has no table" in record.message]
    assert {record.levelno for record in said} == {logging.DEBUG}


def test_a_table_that_comes_back_has_triggers_again(configure: Configure) -> None:
    # Pitfall 3
    configure()
    before = set(our_triggers())
    migrated("project", "zero")
    migrated("project")
    assert set(our_triggers()) == before


def test_a_faked_migration_is_passed_over(without_projects_tables: None) -> None:  # noqa: ARG001
    # Pitfall 3: its tables are believed to be there, and are not.
    migrated("project", fake=True)
    migrated("project", "zero", fake=True)
    assert our_triggers("project%") == {}


@pytest.mark.parametrize("arguments", [[], ["auth"]])
def test_a_migrate_that_changes_nothing_writes_nothing(arguments: list[str]) -> None:
    # Pitfall 4: xmin is the transaction that wrote a catalog's row.
    migrated()
    before = our_triggers(), our_functions()
    assert "Triggers:" not in migrated(*arguments)
    assert (our_triggers(), our_functions()) == before


def test_the_hook_needs_no_lock_where_nothing_differs() -> None:
    # Pitfall 4
    migrated()
    with busy("LOCK TABLE shop_counter, project_project IN ACCESS EXCLUSIVE MODE"):
        run("SET lock_timeout = '100ms'")
        reconcile_after_migrate(apps.get_app_config("triggers"), using="default", stdout=StringIO())
        run("RESET lock_timeout")


def test_another_kind_of_database_is_left_alone(other_database: str, environment: dict[str, str]) -> None:  # noqa: ARG001
    # Pitfall 5
    with Process.manage("migrate", "auth", "--database=memory", environment=environment) as migrate:
        assert migrate.wait() == 0, migrate.output
    assert "Triggers:" not in migrate.output


def test_a_table_that_the_router_keeps_out_has_no_triggers(configure: Configure, settings: Settings) -> None:
    # Pitfall 5
    configure()
    settings.DATABASE_ROUTERS = ["tests.triggers.routers.NoShop"]
    migrated()
    assert our_triggers("shop%") == {}
    assert len(our_triggers("project_project")) == 4
    settings.DATABASE_ROUTERS = []


def test_another_database_gets_the_triggers_of_its_own_tables(other_database: str, environment: dict[str, str]) -> None:
    # Pitfall 5
    before = our_triggers()
    with Process.manage("migrate", "--database=other", "--run-syncdb", environment=environment) as migrate:
        assert migrate.wait() == 0, migrate.output
    other = connect(dbname=other_database)
    with other.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'rowcast%'")
        tables = {table for (table,) in cursor.fetchall()}
    other.close()
    models = ("clock", "project", "schedulingunit", "observation", "draft", "reservation")
    assert tables == {f"project_{model}" for model in models}
    assert our_triggers() == before


def test_two_migrations_at_once_take_turns(configure: Configure, environment: dict[str, str]) -> None:
    # Pitfall 6: both wait for this lock, with the same work before them.
    configure()
    before = set(our_triggers())
    remove(connection)
    holder = connect()
    with holder.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [RECONCILE_LOCK])
        with (
            Process.manage("migrate", environment=environment) as one,
            Process.manage("migrate", environment=environment) as other,
        ):
            wait_for_two_waiting()
            cursor.execute("SELECT pg_advisory_unlock(%s)", [RECONCILE_LOCK])
            statuses = [one.wait(), other.wait()]
    holder.close()
    assert statuses == [0, 0], one.output + other.output
    assert set(our_triggers()) == before
    assert len(our_functions()) == len(before)


def wait_for_two_waiting() -> None:
    """Returns when two backends wait for an advisory lock, and fails after 20 seconds."""
    watcher = connect(options="-c statement_timeout=20s")
    with watcher.cursor() as cursor:
        try:
            cursor.execute(f"DO $$BEGIN WHILE ({WAITING}) < 2 LOOP PERFORM pg_sleep(0.01); END LOOP; END$$")
        except psycopg2.errors.QueryCanceled as error:
            raise AssertionError("two migrations should wait for the lock") from error
        finally:
            watcher.close()


def test_a_busy_table_fails_migrate_with_a_message(configure: Configure, short_lock_timeout: None) -> None:  # noqa: ARG001
    # Pitfall 7
    configure()
    run("DROP TRIGGER rowcast_update ON shop_counter")
    with busy("LOCK TABLE shop_counter IN ROW EXCLUSIVE MODE") as pid, pytest.raises(TriggersError, match=f"pid {pid}"):
        migrated()
    assert "rowcast_insert on shop_counter" in our_triggers()


def test_every_table_is_a_transaction_of_its_own(configure: Configure) -> None:
    # Pitfall 8
    configure(ENABLE_ALWAYS=True)
    transactions = {name.partition(" on ")[2]: xmin for name, (_, xmin, _) in our_triggers().items()}
    assert len(set(transactions.values())) == len(transactions)


def test_migrate_says_how_many_triggers_it_made(configure: Configure) -> None:
    configure()
    run("DROP TRIGGER rowcast_insert ON shop_counter")
    assert "  Triggers: 1 made, 0 removed.\n" in migrated(verbosity=1)


def test_migrate_names_the_triggers_when_asked_for_more(configure: Configure) -> None:
    configure()
    run("DROP TRIGGER rowcast_insert ON shop_counter")
    assert "    made: rowcast_insert on public.shop_counter\n" in migrated(verbosity=2)


def test_migrate_is_silent_when_asked(configure: Configure) -> None:
    configure()
    run("DROP TRIGGER rowcast_insert ON shop_counter")
    assert migrated(verbosity=0) == ""


def test_migrate_names_the_disabled_triggers(alter: ReversibleStatement) -> None:
    # Pitfall 25
    switch = "ALTER TABLE shop_counter {} TRIGGER rowcast_insert"
    alter(switch.format("DISABLE"), switch.format("ENABLE"))
    assert "left so: rowcast_insert on public.shop_counter." in migrated(verbosity=1)
    assert our_triggers()["rowcast_insert on shop_counter"][2] == "D"


def test_a_migration_may_alter_a_table_and_write_into_it_in_one_transaction(ear: Ear) -> None:
    # Pitfall 9: a deferred trigger's pending events would refuse the ALTER TABLE.
    extra = models.IntegerField(null=True)
    extra.set_attributes_from_name("extra")
    counter = apps.get_model("shop.Counter")
    with connection.schema_editor() as editor:
        run("INSERT INTO shop_counter (id, value) VALUES (1, 0)")
        editor.add_field(counter, extra)
        run("UPDATE shop_counter SET extra = 1")
        editor.remove_field(counter, extra)
    assert ear.statuses() == ["created", "updated"]
