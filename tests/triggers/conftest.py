"""Triggers of either delivery with an ear for what they tell, and ways to change what stands."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any, Protocol
from uuid import uuid4

import psycopg2
import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test import override_settings
from psycopg2.extensions import connection as PostgresConnection  # noqa: N812 - it is a class
from pytest_django import DjangoDbBlocker, Settings

from project.development.postgres import SUPERUSER
from tests.triggers.ears import Ear, LogEar, NotificationEar, connect
from triggers import locks
from triggers.install import Report, reconcile
from triggers.settings import DURABLE, NOTIFY

only_by_notifications = pytest.mark.parametrize("delivery", [NOTIFY], indirect=True)
only_by_the_log = pytest.mark.parametrize("delivery", [DURABLE], indirect=True)
"""For tests of what one delivery alone does, or does otherwise."""

WATCH_WITH_READINGS = ["project", "shop", "shop.Reading"]


@pytest.fixture(scope="module", autouse=True)
def _fresh_session(
    django_db_setup: None,  # noqa: ARG001 - the database is there
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Each module ends its session, which remembers every function that it ever called, and looks all through at each
    change of a table.
    """
    yield
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture(scope="module", params=[NOTIFY, DURABLE])
def delivery(
    request: pytest.FixtureRequest,
    django_db_setup: None,  # noqa: ARG001 - the database is there
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """Triggers of either delivery: tests with it run twice."""
    with standing(django_db_blocker, DELIVERY=request.param):
        yield request.param


@contextmanager
def standing(django_db_blocker: DjangoDbBlocker, **changes: object) -> Iterator[None]:
    """Triggers of other settings for a whole module: to make some for all tables again takes a second or more."""
    with django_db_blocker.unblock(), override_settings(TRIGGERS={**django_settings.TRIGGERS, **changes}):
        reconcile(connection)
        yield
    with django_db_blocker.unblock():
        reconcile(connection)


@pytest.fixture
def ear(delivery: str, transactional_db: None) -> Iterator[Ear]:  # noqa: ARG001 - commits
    """Hears what the reference site's triggers tell; tests with it commit for real."""
    with hearing(delivery) as listening:
        yield listening


@contextmanager
def hearing(delivery: str) -> Iterator[Ear]:
    with closing(connect()) as listening:
        yield NotificationEar(listening, "rodan") if delivery == NOTIFY else LogEar(listening)


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:  # noqa: ARG001 - as above
    """Tests with it commit for real; what they wrote is deleted after them.

    In place of pytest-django's own, which empties every table by TRUNCATE and calls the hook: most of a second.
    """
    with django_db_blocker.unblock():
        yield
        delete_all_rows()


def delete_all_rows() -> None:
    """Of every model; foreign keys are Django's, and wait for the end of the transaction."""
    kept = {"auth_permission", "django_content_type", "django_migrations"}
    names = [connection.ops.quote_name(it) for it in connection.introspection.django_table_names() if it not in kept]
    tables = run("SELECT name FROM unnest(%s::text[]) AS name WHERE to_regclass(name) IS NOT NULL", names)
    looks = (f"(SELECT {number} FROM {table} LIMIT 1)" for number, table in enumerate(tables))
    with transaction.atomic():
        for number in run(" UNION ALL ".join(looks)):
            run(f"DELETE FROM {tables[number]}")


def run(statement: str, *parameters: Any) -> list[Any]:  # noqa: ANN401 - whatever psycopg2 adapts
    """One statement over Django's connection; its rows, each one's only column alone."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        rows = cursor.fetchall() if cursor.description else []
    return [row[0] if len(row) == 1 else row for row in rows]


def our_triggers(table: str = "%") -> dict[str, tuple[str, ...]]:
    """Our triggers on the tables like this: trigger and table → what changes when somebody touches it."""
    found = run(
        "SELECT tgname || ' on ' || tgrelid::regclass,"
        " ARRAY[pg_trigger.oid::text, pg_trigger.xmin::text, tgenabled::text]"
        " FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        r" WHERE tgname LIKE 'rowcast\_%%' AND relname LIKE %s",
        table,
    )
    return {name: tuple(facts) for name, facts in found}


def our_functions() -> dict[str, str]:
    """Our functions → the transaction that wrote each."""
    return dict(run(r"SELECT proname, xmin::text FROM pg_proc WHERE proname LIKE 'rowcast\_%'"))


def lock_modes(table: str) -> set[str]:
    """How this transaction has locked a table."""
    held = "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = %s::regclass"
    return set(run(held, table))


@contextmanager
def busy(statement: str) -> Iterator[int]:
    """A backend, by its pid, that has run this statement and does not end its transaction before the block does.

    Only closed, it would hold its locks a moment longer.
    """
    with closing(connect()) as holder, holder.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(statement)
        yield holder.info.backend_pid
        cursor.execute("ROLLBACK")


class Configure(Protocol):
    """Changes keys of `settings.TRIGGERS`, then reconciles."""

    def __call__(self, **changes: object) -> Report: ...


class ReversibleStatement(Protocol):
    """Runs a statement now, and its opposite after the test."""

    def __call__(self, statement: str, opposite: str) -> None: ...


@pytest.fixture
def configure(transactional_db: None, settings: Settings) -> Iterator[Configure]:  # noqa: ARG001 - commits
    """After the test, the triggers are again what the tests' settings ask for."""
    original = settings.TRIGGERS

    def change(**changes: object) -> Report:
        settings.TRIGGERS = {**original, **changes}
        return reconcile(connection)

    yield change
    settings.TRIGGERS = original
    reconcile(connection)


@pytest.fixture
def short_lock_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy table is given up at once, so that a test of it is quick."""
    monkeypatch.setattr(locks, "LOCK_TIMEOUT", "20ms")


@pytest.fixture
def alter(transactional_db: None) -> Iterator[ReversibleStatement]:  # noqa: ARG001 - commits
    """The schema is the same after the test as before; for triggers, see `configure`."""
    with ExitStack() as opposites:

        def run_reversibly(statement: str, opposite: str) -> None:
            run(statement)
            opposites.callback(run, opposite)

        yield run_reversibly


@pytest.fixture
def superuser(transactional_db: None) -> Iterator[PostgresConnection]:  # noqa: ARG001 - so that it ends first
    """For what the owner may not do. On a server that the environment names, there may be none."""
    try:
        made = connect(user=SUPERUSER)
    except psycopg2.OperationalError as error:
        pytest.skip(f"needs a superuser, whom only a server of the tests' own has: {error}")
    yield made
    made.close()


@pytest.fixture
def writer(superuser: PostgresConnection) -> Iterator[str]:
    """A role that may write into every table, and no more."""
    name = f"writer_{uuid4().hex}"
    with superuser.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name} LOGIN PASSWORD %s", [connection.settings_dict["PASSWORD"]])
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
    yield name
    with superuser.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {name}")
        cursor.execute(f"DROP ROLE {name}")


@pytest.fixture
def readings(alter: ReversibleStatement, configure: Configure) -> None:
    """Partitions of every shape: plain, in another schema and order of columns, of partitions, and the default one."""
    alter(
        "CREATE TABLE shop_reading (id uuid NOT NULL, region text NOT NULL, n int NOT NULL DEFAULT 0)"
        " PARTITION BY LIST (region)",
        "DROP TABLE shop_reading CASCADE",
    )
    alter('CREATE SCHEMA "else""where"', 'DROP SCHEMA "else""where" CASCADE')
    run("CREATE TABLE shop_reading_a PARTITION OF shop_reading FOR VALUES IN ('a')")
    run('CREATE TABLE "else""where"."b%" (gone int, n int NOT NULL DEFAULT 0, region text NOT NULL, id uuid NOT NULL)')
    run('ALTER TABLE "else""where"."b%" DROP COLUMN gone')
    run("""ALTER TABLE shop_reading ATTACH PARTITION "else""where"."b%" FOR VALUES IN ('b')""")
    run("CREATE TABLE shop_reading_c PARTITION OF shop_reading FOR VALUES IN ('c', 'cc') PARTITION BY LIST (region)")
    run("CREATE TABLE shop_reading_c1 PARTITION OF shop_reading_c FOR VALUES IN ('c')")
    run("CREATE TABLE shop_reading_c2 PARTITION OF shop_reading_c DEFAULT")
    run("CREATE TABLE shop_reading_rest PARTITION OF shop_reading DEFAULT")
    run("ALTER TABLE shop_reading ADD PRIMARY KEY (id, region)")
    configure(WATCH=WATCH_WITH_READINGS)
