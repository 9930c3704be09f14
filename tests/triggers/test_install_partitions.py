"""Partitions that come and go: which triggers they should have, who says so, and what migrate does."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.checks import CheckMessage, run_checks
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from psycopg2.extensions import connection as PostgresConnection  # noqa: N812 - it is a class

from tests.triggers.conftest import WATCH_WITH_READINGS, Configure, busy, lock_modes, our_functions, our_triggers, run
from tests.triggers.ears import Ear
from triggers.install import TriggersError, reconcile, remove

pytestmark = pytest.mark.usefixtures("readings")

TABLES = 7
"""The readings' root and its partitions."""

TRIGGERS = 5
"""The usual four, and one that tells of moved rows."""

NAMES = [f"rowcast_{word}" for word in ("insert", "update", "delete", "truncate", "move")]

NEW = "CREATE TABLE shop_reading_new PARTITION OF shop_reading FOR VALUES IN ('new')"


def warnings() -> list[CheckMessage]:
    return [it for it in run_checks(databases=["default"]) if (it.id or "").startswith("triggers.")]


def listed(table: str, action: str = "list") -> list[list[str]]:
    """The lines about a table."""
    out = StringIO()
    try:
        call_command("triggers", action, stdout=out, no_color=True)
    except CommandError:
        assert action == "check"
    return [line.split()[1:] for line in out.getvalue().splitlines() if line.startswith(f"public.{table} ")]


def test_every_partition_of_every_level_has_triggers_like_its_root() -> None:
    # Pitfall 14
    assert len(our_triggers("shop_reading%")) + len(our_triggers("b\\%")) == TRIGGERS * TABLES
    assert warnings() == []


def test_a_partitions_functions_stand_in_its_roots_schema() -> None:
    # Pitfall 14: whoever migrates may create functions there.
    functions = (
        "SELECT count(*) FROM pg_proc JOIN pg_namespace AS schemas ON schemas.oid = pronamespace WHERE nspname = %s"
    )
    assert run(functions, 'else"where') == [0]


@pytest.mark.parametrize("action", ["list", "check"])
def test_a_new_partitions_triggers_are_missing(action: str) -> None:
    # Pitfall 16
    run(NEW)
    assert listed("shop_reading_new", action) == [[name, "missing"] for name in NAMES]


def test_a_new_partition_is_one_warning_that_names_it_and_the_remedy() -> None:
    # Pitfall 16
    run(NEW)
    (warning,) = warnings()
    assert (warning.id, warning.hint) == ("triggers.W004", "python manage.py migrate --database default")
    assert "Partition public.shop_reading_new of public.shop_reading has no triggers" in warning.msg


def test_the_next_migrate_gives_a_new_partition_its_triggers(ear: Ear) -> None:
    # Pitfall 16
    run(NEW)
    before = our_triggers()
    call_command("migrate", verbosity=0)
    after = our_triggers()
    assert {name for name in after if after[name] != before.get(name)} == set(our_triggers("shop_reading_new"))
    run("INSERT INTO shop_reading_new (id, region) VALUES (gen_random_uuid(), 'new')")
    assert ear.statuses() == ["created"]
    assert warnings() == []


def test_an_attached_table_is_a_new_partition(ear: Ear) -> None:
    # Pitfall 16
    run("CREATE TABLE shop_reading_new (n int NOT NULL, region text NOT NULL, id uuid NOT NULL)")
    run("ALTER TABLE shop_reading ATTACH PARTITION shop_reading_new FOR VALUES IN ('new')")
    assert [warning.id for warning in warnings()] == ["triggers.W004"]
    call_command("migrate", verbosity=0)
    run("INSERT INTO shop_reading_new (id, region, n) VALUES (gen_random_uuid(), 'new', 0)")
    assert ear.statuses() == ["created"]


def test_a_partition_with_some_of_its_triggers_is_warned_of_trigger_by_trigger() -> None:
    # Pitfall 16
    run("DROP TRIGGER rowcast_insert ON shop_reading_a")
    assert [(it.id, it.msg) for it in warnings()] == [
        ("triggers.W001", "Trigger rowcast_insert on public.shop_reading_a is missing.")
    ]


def test_a_detached_partition_is_unwatched_until_migrate_removes_its_triggers() -> None:
    # Pitfall 16
    run("ALTER TABLE shop_reading DETACH PARTITION shop_reading_a")
    assert {state for _, state in listed("shop_reading_a")} == {"unwatched"}
    assert {warning.id for warning in warnings()} == {"triggers.W001"}
    call_command("migrate", verbosity=0)
    assert our_triggers("shop_reading_a") == {}
    run("DROP TABLE shop_reading_a")


def test_a_detached_partition_in_another_schema_loses_its_triggers_too(configure: Configure) -> None:
    # Pitfall 16: its functions, in its root's schema, say whose it was.
    run('ALTER TABLE shop_reading DETACH PARTITION "else""where"."b%"')
    configure(WATCH=WATCH_WITH_READINGS)
    assert our_triggers("b\\%") == {}


def test_a_detached_partition_of_partitions_takes_its_own_with_it(configure: Configure) -> None:
    # Pitfall 16
    run("ALTER TABLE shop_reading DETACH PARTITION shop_reading_c")
    configure(WATCH=WATCH_WITH_READINGS)
    assert our_triggers("shop_reading_c%") == {}
    run("DROP TABLE shop_reading_c")


def test_a_row_trigger_that_postgresql_clones_is_not_ours(configure: Configure) -> None:
    # Pitfall 16
    run("CREATE FUNCTION rowcast_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
    run("CREATE TRIGGER other AFTER INSERT ON shop_reading FOR EACH ROW EXECUTE FUNCTION rowcast_row()")
    run("ALTER TRIGGER other ON shop_reading RENAME TO rowcast_other")
    clones = "SELECT count(*) FROM pg_trigger WHERE tgname = 'rowcast_other' AND tgparentid <> 0"
    before = run(clones)
    assert before != [0]
    assert listed("shop_reading_a") == [[name, "installed"] for name in NAMES]
    run("DROP FUNCTION rowcast_row CASCADE")
    assert configure(WATCH=WATCH_WITH_READINGS).made == []


def test_nothing_is_touched_where_nothing_differs() -> None:
    # Pitfall 4, 14
    before = our_triggers(), our_functions()
    with transaction.atomic():
        report = reconcile(connection)
        held = lock_modes("shop_reading") | lock_modes("shop_reading_a") | lock_modes("shop_vessel_ports")
    assert (report.made, report.removed) == ([], [])
    assert (our_triggers(), our_functions()) == before
    assert held <= {"AccessShareLock"}


def test_no_lock_on_a_partition_is_waited_for_where_nothing_differs() -> None:
    # Pitfall 4, 14
    with busy("LOCK TABLE shop_reading, shop_vessel_ports, shop_barge IN ACCESS EXCLUSIVE MODE"):
        run("SET lock_timeout = '100ms'")
        assert reconcile(connection).made == []
        run("RESET lock_timeout")


@pytest.mark.usefixtures("short_lock_timeout")
def test_a_busy_partition_is_named_and_the_others_are_done(configure: Configure) -> None:
    # Pitfall 7, 14
    with (
        busy("LOCK TABLE shop_reading_a IN ACCESS EXCLUSIVE MODE") as pid,
        pytest.raises(TriggersError, match=rf"^Table public\.shop_reading_a is busy.* pid {pid}\.") as raised,
    ):
        configure(WATCH=WATCH_WITH_READINGS, ENABLE_ALWAYS=True)
    assert str(raised.value).count("busy") == 1
    assert {enabled for _, _, enabled in our_triggers("shop_reading_a").values()} == {"O"}
    assert {enabled for _, _, enabled in our_triggers("shop_reading_c1").values()} == {"A"}
    assert len([name for name in our_triggers("shop_reading") if our_triggers()[name][2] == "A"]) == TRIGGERS


def test_the_printed_sql_and_remove_know_the_partitions() -> None:
    # Pitfall 14
    out = StringIO()
    call_command("triggers", "sql", stdout=out)
    before = set(our_triggers())
    remove(connection)
    assert (our_triggers(), our_functions()) == ({}, {})
    run(out.getvalue())
    assert set(our_triggers()) == before


@pytest.fixture
def foreign_partition(readings: None, superuser: PostgresConnection) -> Iterator[None]:  # noqa: ARG001
    """A foreign table of a server that does not exist: enough for the catalog."""
    (owner,) = run("SELECT current_user::text")
    with superuser.cursor() as cursor:
        cursor.execute("CREATE FOREIGN DATA WRAPPER shop_wrapper")
        cursor.execute("CREATE SERVER shop_server FOREIGN DATA WRAPPER shop_wrapper")
        cursor.execute(f"GRANT USAGE ON FOREIGN SERVER shop_server TO {owner}")
        run("ALTER TABLE shop_reading DROP CONSTRAINT shop_reading_pkey")
        run("CREATE FOREIGN TABLE shop_reading_far PARTITION OF shop_reading FOR VALUES IN ('far') SERVER shop_server")
        yield
        cursor.execute("DROP FOREIGN DATA WRAPPER shop_wrapper CASCADE")


@pytest.mark.usefixtures("foreign_partition")
def test_a_foreign_partition_takes_the_tables_triggers_away_and_is_a_problem(configure: Configure) -> None:
    # Pitfall 14: PostgreSQL collects no transition rows from it, and fails the statement that would need them.
    (warning,) = [it for it in warnings() if it.id == "triggers.W003"]
    assert "a foreign table among its partitions, public.shop_reading_far" in warning.msg
    with pytest.raises(TriggersError, match=r"shop_reading_far(.|\n)*Detach"):
        configure(WATCH=WATCH_WITH_READINGS)
    assert our_triggers("shop_reading%") == {}
    run("DROP FOREIGN TABLE shop_reading_far")
    assert len([it for it in configure(WATCH=WATCH_WITH_READINGS).made if "shop_reading" in it]) == TRIGGERS * (
        TABLES - 1
    )
