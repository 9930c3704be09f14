"""Reconciling what cannot be done: a busy table, another owner's, one without its key; and the others are done."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from psycopg2.extensions import connection as PostgresConnection  # noqa: N812 - it is a class

from tests.triggers.conftest import Configure, ReversibleStatement, busy, our_triggers, run
from tests.triggers.ears import Ear
from triggers import locks
from triggers.install import TriggersError, remove
from triggers.log import LEAF_NAMES

COUNTER_UPDATE = "SELECT tgfoid::regproc::text FROM pg_trigger WHERE tgrelid = 'shop_counter'::regclass AND tgtype = 16"


def test_a_busy_table_is_reported_with_the_pid_and_keeps_its_triggers(
    ear: Ear,
    configure: Configure,
    short_lock_timeout: None,  # noqa: ARG001
) -> None:
    # Pitfall 7
    with busy("LOCK TABLE shop_counter IN ROW EXCLUSIVE MODE") as pid:
        with pytest.raises(TriggersError, match=rf"public\.shop_counter is busy.* pid {pid}\.") as raised:
            configure(ENABLE_ALWAYS=True)
        run("INSERT INTO shop_counter (id, value) VALUES (1, 0)")
    assert str(raised.value).count("busy") == 1
    assert ear.statuses() == ["created"]


def test_a_reader_is_not_named_where_only_a_writer_hinders(configure: Configure, short_lock_timeout: None) -> None:  # noqa: ARG001
    # Pitfall 7
    with (
        busy("SELECT FROM shop_counter"),
        busy("LOCK TABLE shop_counter IN ROW EXCLUSIVE MODE") as writer,
        pytest.raises(TriggersError, match=rf"pid {writer}\."),
    ):
        configure(ENABLE_ALWAYS=True)


def test_a_reader_is_named_where_triggers_would_be_dropped(configure: Configure, short_lock_timeout: None) -> None:  # noqa: ARG001
    # Pitfall 7
    with busy("SELECT FROM shop_counter") as pid, pytest.raises(TriggersError, match=rf"pid {pid}\."):
        configure(WATCH=["project", "shop.Order"])
    assert len(our_triggers("shop_counter")) == 4


def test_one_tables_failure_leaves_the_others_done(configure: Configure, short_lock_timeout: None) -> None:  # noqa: ARG001
    # Pitfall 8: tables are done in the order of their names, and this one stands between others.
    with busy("LOCK TABLE shop_counter IN ROW EXCLUSIVE MODE"), pytest.raises(TriggersError):
        configure(ENABLE_ALWAYS=True)
    left = {re.sub(".* on ", "", name) for name, (_, _, enabled) in our_triggers().items() if enabled == "O"}
    assert left == {"shop_counter"}


@pytest.fixture
def others_table(configure: Configure, superuser: PostgresConnection) -> Iterator[None]:
    """The counters' table belongs to a superuser."""
    configure()
    (owner,) = run("SELECT current_user::text")
    with superuser.cursor() as cursor:
        cursor.execute("ALTER TABLE shop_counter OWNER TO postgres")
        yield
        cursor.execute(f"ALTER TABLE shop_counter OWNER TO {owner}")


def test_another_owners_table_is_refused_and_the_others_are_done(configure: Configure, others_table: None) -> None:  # noqa: ARG001
    # Pitfall 8, 36
    with pytest.raises(
        TriggersError, match=r"public\.shop_counter could not be made: .*must be owner|permission denied"
    ):
        configure(ENABLE_ALWAYS=True)
    assert {enabled for _, _, enabled in our_triggers("project%").values()} == {"A"}


def test_a_table_without_its_key_is_refused_and_keeps_no_failing_trigger(
    configure: Configure, alter: ReversibleStatement
) -> None:
    # Pitfall 26
    rename = "ALTER TABLE shop_slug RENAME COLUMN {} TO {}"
    alter(rename.format("text", "body"), rename.format("body", "text"))
    with pytest.raises(TriggersError, match=r"public\.shop_slug has no column 'text'"):
        configure(ENABLE_ALWAYS=True)
    run("INSERT INTO shop_slug (body) VALUES ('x')")
    assert len(our_triggers("shop_counter")) == 4


def test_every_problem_is_reported(configure: Configure, alter: ReversibleStatement, short_lock_timeout: None) -> None:  # noqa: ARG001
    # Pitfall 8
    rename = "ALTER TABLE shop_slug RENAME COLUMN {} TO {}"
    alter(rename.format("text", "body"), rename.format("body", "text"))
    with busy("LOCK TABLE shop_counter IN ROW EXCLUSIVE MODE"), pytest.raises(TriggersError) as raised:
        configure(ENABLE_ALWAYS=True)
    assert [line.split()[1] for line in str(raised.value).splitlines()] == ["public.shop_slug", "public.shop_counter"]


def test_a_cancelled_table_leaves_the_others_done(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    # Pitfall 8: a role's statement_timeout may end the wait before our lock_timeout does. No other statement takes 3 s.
    monkeypatch.setattr(locks, "LOCK_TIMEOUT", "60s")
    run("SET statement_timeout = '3s'")
    with busy("LOCK TABLE shop_counter IN ROW EXCLUSIVE MODE"), pytest.raises(TriggersError, match="shop_counter"):
        configure(ENABLE_ALWAYS=True)
    run("RESET statement_timeout")
    assert {enabled for _, _, enabled in our_triggers("shop_order").values()} == {"A"}


def test_the_sessions_lock_timeout_is_as_before(configure: Configure) -> None:
    with transaction.atomic():
        run("SET LOCAL lock_timeout = '7s'")
        configure(ENABLE_ALWAYS=True)
        assert run("SHOW lock_timeout") == ["7s"]


def test_remove_reports_a_busy_table_and_keeps_its_triggers(configure: Configure, short_lock_timeout: None) -> None:  # noqa: ARG001
    # Pitfall 7
    configure()
    with busy("SELECT FROM shop_counter") as pid, pytest.raises(TriggersError, match=rf"pid {pid}\."):
        remove(connection)
    assert len(our_triggers("shop_counter")) == 4


@pytest.fixture
def forbidden_notify(configure: Configure, superuser: PostgresConnection) -> Iterator[None]:
    """A function of ours can be made, and fails whoever fires it."""
    configure(DELIVERY="notify")
    with superuser.cursor() as cursor:
        cursor.execute("REVOKE EXECUTE ON FUNCTION pg_notify FROM PUBLIC")
        yield
        cursor.execute("GRANT EXECUTE ON FUNCTION pg_notify TO PUBLIC")


def test_a_function_that_would_fail_every_writer_fails_the_install(
    configure: Configure,
    forbidden_notify: None,  # noqa: ARG001
) -> None:
    # Pitfall 26: it is fired once, by ourselves, with no row.
    run("DROP TRIGGER rowcast_insert ON shop_counter")
    with pytest.raises(TriggersError, match="permission denied for function pg_notify"):
        configure(DELIVERY="notify")
    assert "rowcast_insert on shop_counter" not in our_triggers()
    assert len(our_triggers("shop_counter")) == 3


def test_a_function_that_may_not_write_the_log_fails_the_install(
    configure: Configure, alter: ReversibleStatement
) -> None:
    # Pitfall 26
    configure()
    run("DROP TRIGGER rowcast_insert ON shop_counter")
    for leaf in ("rowcast_log", *LEAF_NAMES):
        alter(f"REVOKE INSERT ON {leaf} FROM CURRENT_USER", f"GRANT INSERT ON {leaf} TO CURRENT_USER")
    with pytest.raises(TriggersError, match="permission denied for table rowcast_log"):
        configure()
    assert len(our_triggers("shop_counter")) == 3


def test_a_trigger_of_the_applications_own_may_refuse_the_statement_that_tries_ours_out(
    configure: Configure, alter: ReversibleStatement
) -> None:
    configure(WATCH=[])
    alter(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''append only''; END'",
        "DROP FUNCTION append_only CASCADE",
    )
    run("CREATE TRIGGER guard BEFORE DELETE ON shop_counter EXECUTE FUNCTION append_only()")
    configure(WATCH=["shop.Counter"])
    assert len(our_triggers("shop_counter")) == 4
