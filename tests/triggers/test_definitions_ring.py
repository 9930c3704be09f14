"""The doorbell as the triggers ring it (PROTOCOL.md, D1, D2, D6, D7)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from random import Random

import psycopg2
import pytest
from django.db import transaction
from psycopg2.extensions import connection as PostgresConnection  # noqa: N812 - it is a class
from pytest_django import DjangoDbBlocker

from tests.triggers.conftest import Configure, ReversibleStatement, run, standing
from tests.triggers.ears import NotificationEar, connect
from tests.ws.observed import wait_until

ASLEEP = "(1919907649::bigint << 32) | %s::regclass::oid::bigint"
CANCELS = 150
OFF = "SET LOCAL rowcast.ring = 'off'"


@pytest.fixture(scope="module", autouse=True)
def _one_table(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:  # noqa: ARG001 - it is there
    with standing(django_db_blocker, WATCH=["shop.Counter"]):
        yield


@pytest.fixture
def ear(transactional_db: None) -> Iterator[NotificationEar]:  # noqa: ARG001 - commits
    with closing(connect()) as listening:
        yield NotificationEar(listening, "rodan")


@pytest.fixture
def writer() -> Iterator[PostgresConnection]:
    """One session, whose plans are kept."""
    with closing(connect()) as made:
        yield made


@pytest.fixture
def tenant(alter: ReversibleStatement, configure: Configure) -> None:
    """A second schema with a table and a log of its own."""
    alter("CREATE SCHEMA tenant", "DROP SCHEMA tenant CASCADE")
    run("CREATE TABLE tenant.shop_counter (id bigint PRIMARY KEY, value int)")
    with transaction.atomic():
        run("SET LOCAL search_path = tenant, public")
        configure()


def ask(of: PostgresConnection, *statements: str) -> None:
    with of.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def asleep_key(log: str = "public.rowcast_log") -> int:
    (key,) = run(f"SELECT {ASLEEP}", log)
    return int(key)


@contextmanager
def sleeping(key: int | None = None) -> Iterator[None]:
    """A listener that sleeps, of the log with this key. A session that is closed may hold the lock a moment longer."""
    with closing(connect()) as listener, listener.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [asleep_key() if key is None else key])
        yield
        cursor.execute("SELECT pg_advisory_unlock_all()")


def insert(key: int, table: str = "public.shop_counter") -> str:
    return f"INSERT INTO {table} (id, value) VALUES ({key}, 0)"


def test_who_sleeps_is_rung(ear: NotificationEar) -> None:
    with sleeping():
        run(insert(1))
        assert ear.statuses() == ["created"]


def test_who_sleeps_is_not_waited_for(ear: NotificationEar, writer: PostgresConnection) -> None:
    # PROTOCOL.md, D3
    ask(writer, "SET lock_timeout = '2s'")
    with sleeping():
        ask(writer, insert(1))
        assert ear.statuses() == ["created"]


def test_who_waits_for_the_log_looks_afterwards(ear: NotificationEar, writer: PostgresConnection) -> None:
    # PROTOCOL.md, D4: whoever looks before the insert may have seen it awake, and stands behind no fence.
    with closing(connect()) as blocker, ThreadPoolExecutor() as pool:
        ask(blocker, "BEGIN", "LOCK TABLE rowcast_log IN SHARE MODE")
        writing = pool.submit(ask, writer, insert(1))
        wait_until(lambda: run("SELECT count(*) FROM pg_locks WHERE NOT granted") != [0])
        with sleeping():
            ask(blocker, "ROLLBACK")
            writing.result()
            assert ear.statuses() == ["created"]


def test_nobody_is_rung_who_does_not_sleep(ear: NotificationEar) -> None:
    run(insert(1))
    assert ear.statuses() == []


def test_what_changed_nothing_does_not_ring(ear: NotificationEar) -> None:
    run(insert(1))
    with sleeping():
        run("UPDATE shop_counter SET value = value")
        run("DELETE FROM shop_counter WHERE id = 2")
        assert ear.statuses() == []


def test_a_statement_of_many_rows_rings_once(ear: NotificationEar) -> None:
    with sleeping():
        run("INSERT INTO shop_counter (id, value) SELECT n, 0 FROM generate_series(1, 1500) AS n")
        assert [message["uuid"] for message in ear.messages()] == ["1"]


def test_two_schemas_with_a_log_each_do_not_ring_each_other(
    ear: NotificationEar,
    tenant: None,  # noqa: ARG001
    writer: PostgresConnection,
) -> None:
    # PROTOCOL.md, D6
    ours, theirs = asleep_key(), asleep_key("tenant.rowcast_log")
    with sleeping(ours):
        ask(writer, insert(1, "tenant.shop_counter"), insert(2))
        assert [message["uuid"] for message in ear.messages()] == ["2"]
    with sleeping(theirs):
        ask(writer, insert(3, "tenant.shop_counter"), insert(4))
        assert [message["uuid"] for message in ear.messages()] == ["3"]


def test_a_log_that_is_made_anew_is_rung_under_its_own_key_by_a_session_that_knew_the_old_one(
    ear: NotificationEar, configure: Configure, writer: PostgresConnection
) -> None:
    # PROTOCOL.md, D6: what the session has planned does not keep the oid.
    old = asleep_key()
    with sleeping(old):
        ask(writer, *(insert(key) for key in range(10)))
        assert len(ear.messages()) == 10
    run("DROP TABLE rowcast_log")
    configure()
    assert asleep_key() != old
    with sleeping(old):
        ask(writer, insert(10))
        assert ear.messages() == []
    with sleeping():
        ask(writer, insert(11))
        assert [message["uuid"] for message in ear.messages()] == ["11"]


def test_no_cancel_leaves_the_lock_behind(ear: NotificationEar, writer: PostgresConnection) -> None:  # noqa: ARG001
    # PROTOCOL.md, D2: what is left behind stays for as long as the session, and every listener stays awake.
    run(insert(1))
    chance, leaks = Random(2), 0
    for _ in range(CANCELS):
        ask(writer, "BEGIN", f"SET LOCAL statement_timeout = {chance.randint(2, 12)}")
        with pytest.raises(psycopg2.errors.QueryCanceled):
            ask(writer, "DO $$BEGIN LOOP UPDATE shop_counter SET value = value + 1; END LOOP; END$$")
        ask(writer, "ROLLBACK")
        (held,) = run("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = %s", writer.info.backend_pid)
        leaks += held
    assert leaks == 0, f"{leaks} locks after {CANCELS} cancelled statements"


@pytest.fixture
def prepares() -> None:
    if run("SHOW max_prepared_transactions") == ["0"]:
        pytest.skip("this server prepares no transactions: max_prepared_transactions = 0")


def test_who_switches_the_ring_off_may_prepare_a_transaction(
    ear: NotificationEar,
    writer: PostgresConnection,
    prepares: None,  # noqa: ARG001
) -> None:
    # PROTOCOL.md, D7
    with sleeping():
        ask(writer, "BEGIN", OFF, insert(1), "PREPARE TRANSACTION 'ours'", "COMMIT PREPARED 'ours'")
        assert ear.messages() == []
    assert run("SELECT status, key FROM rowcast_log ORDER BY id DESC LIMIT 1") == [("created", "1")]


def test_who_has_rung_may_not_prepare_a_transaction(
    ear: NotificationEar,  # noqa: ARG001
    writer: PostgresConnection,
    prepares: None,  # noqa: ARG001
) -> None:
    # PROTOCOL.md, D7: PostgreSQL's own rule.
    with sleeping(), pytest.raises(psycopg2.errors.FeatureNotSupported, match="cannot PREPARE a transaction that has"):
        ask(writer, "BEGIN", insert(1), "PREPARE TRANSACTION 'ours'")


def test_who_had_nobody_to_ring_may_prepare_a_transaction(
    ear: NotificationEar,
    writer: PostgresConnection,
    prepares: None,  # noqa: ARG001
) -> None:
    ask(writer, "BEGIN", insert(1), "PREPARE TRANSACTION 'ours'", "COMMIT PREPARED 'ours'")
    assert ear.messages() == []


def test_the_next_transaction_rings_again(ear: NotificationEar, writer: PostgresConnection) -> None:
    with sleeping():
        ask(writer, "BEGIN", OFF, insert(1), "COMMIT", insert(2))
        assert [message["uuid"] for message in ear.messages()] == ["2"]
