"""The change log comes and goes whole, with the triggers that write to it."""

from contextlib import closing
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from tests.processes import Process
from tests.triggers.conftest import Configure, our_functions, our_triggers, run
from tests.triggers.ears import connect
from triggers.install import TriggersError, reconcile, remove
from triggers.log import PARTS

OURS = r"""
SELECT 'relation ' || oid::regclass FROM pg_class WHERE relname LIKE '%rowcast%'
UNION ALL SELECT 'function ' || oid::regprocedure FROM pg_proc WHERE proname LIKE '%rowcast%'
UNION ALL SELECT 'trigger ' || tgname || ' on ' || tgrelid::regclass FROM pg_trigger WHERE tgname LIKE '%rowcast%'
UNION ALL SELECT 'type ' || oid::regtype FROM pg_type WHERE typname LIKE '%rowcast%' AND typcategory <> 'A'
UNION ALL SELECT 'setting ' || unnest(setconfig) FROM pg_db_role_setting WHERE setconfig::text LIKE '%rowcast%'
"""


def ours() -> set[str]:
    """All that has our name in this database."""
    return set(run(OURS))


def test_remove_leaves_nothing_behind_and_the_next_migrate_brings_it_back(configure: Configure) -> None:
    configure(ON_ERROR="warn")
    before = ours()
    assert {f"relation {part}" for part in PARTS} < before
    assert any("rowcast_untold" in name for name in before)
    remove(connection)
    assert ours() == set()
    run("INSERT INTO shop_counter (id, value) VALUES (1, 0)")
    reconcile(connection)
    assert ours() == before
    run("INSERT INTO shop_counter (id, value) VALUES (2, 0)")
    assert run("SELECT key FROM rowcast_log") == ["2"]


def test_remove_takes_the_log_with_what_nobody_has_read(configure: Configure) -> None:
    configure()
    run("INSERT INTO shop_counter (id, value) VALUES (1, 0)")
    assert remove(connection).logs_removed == ["public.rowcast_log"]
    assert ours() == set()


def test_delivery_may_go_back_and_forth_and_leaves_no_orphan(configure: Configure) -> None:
    configure(DELIVERY="durable")
    durable = ours()
    configure(DELIVERY="notify")
    notify = ours()
    assert not {name for name in notify if "rowcast_log" in name or "rowcast_state" in name}
    assert len(our_functions()) == len(our_triggers())
    configure(DELIVERY="durable")
    assert ours() == durable
    configure(DELIVERY="notify")
    assert ours() == notify


def test_a_log_of_a_newer_format_is_left_and_fails_migrate_with_the_remedy(configure: Configure) -> None:
    configure()
    run("COMMENT ON TABLE rowcast_log IS 'Rowcast change log, format 2'")
    before = ours()
    with pytest.raises(TriggersError, match="has a format that this version of Rowcast does not write"):
        reconcile(connection)
    assert ours() == before
    remove(connection)
    reconcile(connection)
    assert ours() == before


def test_a_part_of_the_log_that_is_missing_is_made_and_the_rest_is_left(configure: Configure) -> None:
    configure()
    before = ours()
    run("INSERT INTO shop_counter (id, value) VALUES (1, 0)")
    run("DROP TABLE rowcast_incarnation")
    assert configure().logs_made == ["public.rowcast_log"]
    assert ours() == before
    assert run("SELECT key FROM rowcast_log") == ["1"]


def test_a_database_without_migrations_has_triggers_and_log(configure: Configure, database_url: str) -> None:
    # Pitfall 65: pytest --no-migrations makes every table by run_syncdb.
    configure()
    before, name = ours(), f"{connection.settings_dict['NAME']}_plain"
    run(f"CREATE DATABASE {name}")
    environment = {
        "DATABASE_URL": urlunsplit(urlsplit(database_url)._replace(path=f"/{name}")),
        "DJANGO_SETTINGS_MODULE": "tests.triggers.without_migrations",
    }
    with closing(connect(dbname=name)) as plain, plain.cursor() as cursor:
        # The site's own, which only its migrations make, and the table of observations has as a default.
        cursor.execute("CREATE FUNCTION project_plan_time() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'")
    try:
        with Process.manage("migrate", "--run-syncdb", environment=environment) as migrate:
            assert migrate.wait() == 0, migrate.output
        with closing(connect(dbname=name)) as plain, plain.cursor() as cursor:
            cursor.execute(OURS)
            assert {found for (found,) in cursor.fetchall()} == before
    finally:
        run(f"DROP DATABASE {name} WITH (FORCE)")
