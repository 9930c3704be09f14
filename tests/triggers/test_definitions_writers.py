"""The triggers' SQL under other people's writes: their role, their search path, their temporary objects."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from psycopg2.errors import InsufficientPrivilege
from psycopg2.extensions import connection as PostgresConnection  # noqa: N812 - it is a class

from tests.triggers.conftest import Configure, ReversibleStatement, our_functions, our_triggers, run
from tests.triggers.ears import Ear, connect

FIXED_SEARCH_PATH = "search_path=pg_catalog, pg_temp"

INSERT = "INSERT INTO public.shop_counter (id, value) VALUES (1, 0)"
UPDATE = "UPDATE public.shop_counter SET value = value + 1"
DELETE = "DELETE FROM public.shop_counter"


@pytest.fixture
def writers_connection(writer: str) -> Iterator[PostgresConnection]:
    made = connect(user=writer)
    yield made
    made.close()


def write(connection: PostgresConnection, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.django_db
def test_an_owner_who_is_no_superuser_installs_everything() -> None:
    """Compatibility R11."""
    # Pitfall 36
    assert run("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [False]
    assert len(our_triggers("shop_counter")) == 4


def test_a_writer_needs_no_right_but_those_on_the_table(ear: Ear, writers_connection: PostgresConnection) -> None:
    # Pitfall 36
    write(writers_connection, INSERT, UPDATE, DELETE)
    assert ear.statuses() == ["created", "updated", "deleted"]


def test_nobody_but_the_owner_may_execute_our_functions(writer: str) -> None:
    # Pitfall 36: else anybody could hang a SECURITY DEFINER function on a table of his own.
    executable = "SELECT proname FROM pg_proc WHERE proname = ANY (%s) AND has_function_privilege(%s, oid, 'EXECUTE')"
    assert run(executable, list(our_functions()), writer) == []


def test_a_writer_cannot_hang_our_function_on_a_table_of_his_own(writers_connection: PostgresConnection) -> None:
    # Pitfall 36
    function = min(name for name in our_functions() if name.startswith("rowcast_insert"))
    write(writers_connection, "CREATE TEMPORARY TABLE mine (id uuid)")
    with pytest.raises(InsufficientPrivilege, match=function):
        write(
            writers_connection,
            "CREATE TRIGGER bait AFTER INSERT ON mine REFERENCING NEW TABLE AS new_rows"
            f" FOR EACH STATEMENT EXECUTE FUNCTION public.{function}()",
        )


@pytest.mark.django_db
def test_every_function_runs_as_its_owner_on_a_search_path_of_its_own() -> None:
    # Pitfall 35, 36
    found = run(
        r"SELECT prosecdef, %s = ANY (proconfig) FROM pg_proc WHERE proname LIKE 'rowcast\_%%'", FIXED_SEARCH_PATH
    )
    assert set(found) == {(True, True)}


def test_a_writer_may_have_another_search_path(ear: Ear, alter: ReversibleStatement) -> None:
    # Pitfall 35
    alter("CREATE SCHEMA tenant", "DROP SCHEMA tenant CASCADE")
    tenant = connect(options="-c search_path=tenant")
    write(tenant, INSERT, UPDATE, DELETE)
    tenant.close()
    assert ear.statuses() == ["created", "updated", "deleted"]


def test_a_writer_may_have_no_search_path(ear: Ear) -> None:
    # Pitfall 35
    nowhere = connect(options="-c search_path=")
    write(nowhere, INSERT, UPDATE, DELETE)
    nowhere.close()
    assert ear.statuses() == ["created", "updated", "deleted"]


def test_a_writers_temporary_objects_cannot_take_the_place_of_ours(
    ear: Ear, writers_connection: PostgresConnection
) -> None:
    # Pitfall 35: a function of ours that ran one of these would run it as the tables' owner.
    ambush = "RETURNS {} LANGUAGE plpgsql AS $$BEGIN RAISE 'ambush, as %', current_user; END$$"
    write(
        writers_connection,
        "CREATE TEMPORARY TABLE new_rows (id int)",
        "CREATE TEMPORARY TABLE old_rows (id int)",
        "CREATE TEMPORARY TABLE messages (message text)",
        "CREATE DOMAIN pg_temp.text AS pg_catalog.text CHECK (false)",
        "CREATE FUNCTION pg_temp.pg_notify(pg_catalog.text, pg_catalog.text) " + ambush.format("void"),
        "CREATE FUNCTION pg_temp.to_json(pg_catalog.text) " + ambush.format("json"),
        "CREATE FUNCTION pg_temp.octet_length(pg_catalog.text) " + ambush.format("int"),
        "CREATE FUNCTION pg_temp.unlike(record, record) " + ambush.format("boolean"),
        "CREATE OPERATOR pg_temp.*= (FUNCTION = pg_temp.unlike, LEFTARG = record, RIGHTARG = record)",
        "CREATE FUNCTION pg_temp.join(pg_catalog.text, pg_catalog.text) " + ambush.format("pg_catalog.text"),
        "CREATE OPERATOR pg_temp.|| (FUNCTION = pg_temp.join, LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text)",
        "SET search_path = pg_temp, pg_catalog, public",
    )
    write(writers_connection, INSERT, UPDATE, DELETE)
    assert [(message["status"], message["uuid"]) for message in ear.messages()] == [
        ("created", "1"),
        ("updated", "1"),
        ("deleted", "1"),
    ]


def test_a_replicas_session_fires_nothing(ear: Ear, superuser: PostgresConnection) -> None:
    # Pitfall 24
    write(superuser, "SET session_replication_role = replica", INSERT, UPDATE, DELETE)
    assert ear.payloads() == []


def test_a_replicas_session_fires_what_is_always_enabled(
    ear: Ear, superuser: PostgresConnection, configure: Configure
) -> None:
    # Pitfall 24
    configure(ENABLE_ALWAYS=True)
    write(superuser, "SET session_replication_role = replica", INSERT, UPDATE, DELETE)
    assert ear.statuses() == ["created", "updated", "deleted"]


def test_a_disabled_trigger_tells_nothing(ear: Ear, alter: ReversibleStatement) -> None:
    # Pitfall 25
    alter(
        "ALTER TABLE shop_counter DISABLE TRIGGER rowcast_insert",
        "ALTER TABLE shop_counter ENABLE TRIGGER rowcast_insert",
    )
    run(INSERT)
    run(UPDATE)
    assert [(message["status"], message["uuid"]) for message in ear.messages()] == [("updated", "1")]


def test_a_connection_in_another_encoding_tells_the_same(ear: Ear) -> None:
    # Pitfall 41, 55: a message's size and text are the server's affair.
    latin = connect(client_encoding="LATIN1")
    write(latin, f"INSERT INTO project_project (id, name) VALUES ('{UUID(int=1)}', 'Südhimmel')")
    latin.close()
    assert [message["uuid"] for message in ear.messages()] == [UUID(int=1).hex]
