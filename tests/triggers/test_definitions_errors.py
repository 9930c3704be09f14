"""What becomes of a write whose change cannot be told: the functions' owner loses a right that they need, for real."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import DatabaseError, connection, transaction
from psycopg2.errors import QueryCanceled
from psycopg2.extensions import connection as PostgresConnection  # noqa: N812 - it is a class
from pytest_django import DjangoDbBlocker

from project.development.postgres import OWNER
from tests.shop.models import Barge, Counter, Vessel
from tests.triggers.conftest import Configure, ReversibleStatement, busy, our_functions, run, standing
from tests.triggers.ears import Ear, connect
from triggers.install import TriggersError, remove
from triggers.log import LEAF_NAMES, LOG
from triggers.settings import DURABLE, NOTIFY
from triggers.survey import survey

Mute = Callable[[], AbstractContextManager[None]]

DENIED = "permission denied for (function pg_notify|table rowcast_log)"
LOGS = ", ".join([LOG, *LEAF_NAMES])
COUNTERS = r"SELECT count(*) FROM pg_class WHERE relkind = 'S' AND relname LIKE 'rowcast\_untold\_%'"


@pytest.fixture(scope="module", autouse=True)
def _few_tables(delivery: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:  # noqa: ARG001 - by either
    """Each change of the policy makes all triggers anew."""
    with standing(django_db_blocker, WATCH=["shop.Counter", "shop.Barge"]):
        yield


@pytest.fixture
def mute(delivery: str, superuser: PostgresConnection) -> Mute:
    """Nothing can be told meanwhile."""
    revoke, grant = {
        NOTIFY: ("REVOKE EXECUTE ON FUNCTION pg_notify FROM PUBLIC", "GRANT EXECUTE ON FUNCTION pg_notify TO PUBLIC"),
        DURABLE: (f"REVOKE INSERT ON {LOGS} FROM {OWNER}", f"GRANT INSERT ON {LOGS} TO {OWNER}"),
    }[delivery]

    @contextmanager
    def muted() -> Iterator[None]:
        with superuser.cursor() as cursor:
            cursor.execute(revoke)
            try:
                yield
            finally:
                cursor.execute(grant)

    return muted


@pytest.fixture
def warn(configure: Configure) -> None:
    """Writes go on."""
    configure(ON_ERROR="warn")


def untold() -> list[str]:
    return survey(connection).untold


def test_a_write_that_cannot_be_told_fails_and_says_where_and_what_to_do(
    ear: Ear, configure: Configure, mute: Mute
) -> None:
    # Pitfall 38
    configure()
    with mute(), pytest.raises(DatabaseError, match=DENIED) as raised:
        Counter.objects.create()
    assert "Rowcast tells of public.shop_counter here" in str(raised.value)
    assert 'TRIGGERS["ON_ERROR"] = "warn"' in str(raised.value)
    assert (Counter.objects.count(), ear.payloads()) == (0, [])


def test_with_warn_the_write_goes_on_and_tells_nothing(
    ear: Ear,
    warn: None,  # noqa: ARG001
    mute: Mute,
) -> None:
    # Pitfall 38
    with mute():
        Counter.objects.create()
    assert (Counter.objects.count(), ear.payloads()) == (1, [])


def test_the_warning_names_the_table_the_error_and_its_sqlstate(warn: None, mute: Mute) -> None:  # noqa: ARG001
    # Pitfall 38
    writer = connect()
    with mute(), writer.cursor() as cursor:
        cursor.execute("INSERT INTO shop_counter (id, value) VALUES (1, 0)")
    (warning,) = writer.notices
    writer.close()
    assert "Rowcast told nothing of one INSERT on table public.shop_counter: permission denied" in warning
    assert "(SQLSTATE 42501)" in warning


def test_every_statement_that_told_nothing_is_counted_also_when_it_is_rolled_back(
    warn: None,  # noqa: ARG001
    mute: Mute,
) -> None:
    # Pitfall 38: one count a statement, however many rows.
    with mute(), transaction.atomic():
        Counter.objects.bulk_create([Counter(pk=1), Counter(pk=2)])
        Counter.objects.update(value=1)
        Counter.objects.all().delete()
        transaction.set_rollback(True)
    (sentence,) = untold()
    assert sentence.startswith("3 statements on public.shop_counter told nothing since 20")


def test_a_writer_without_rights_of_its_own_is_counted_too(
    warn: None,  # noqa: ARG001
    mute: Mute,
    writer: str,
) -> None:
    # Pitfall 36, 38: the function counts, as its owner.
    other = connect(user=writer)
    with mute(), other.cursor() as cursor:
        cursor.execute("INSERT INTO shop_counter (id, value) VALUES (1, 0)")
    other.close()
    assert len(untold()) == 1


def test_a_write_goes_on_also_when_it_cannot_be_counted(ear: Ear, warn: None, mute: Mute) -> None:  # noqa: ARG001
    # Pitfall 38
    (counter,) = run(
        "SELECT regexp_replace(tgfoid::regproc::text, 'insert_(.*)_v1', 'untold_\\1') FROM pg_trigger"
        " WHERE tgname = 'rowcast_insert' AND tgrelid = 'shop_counter'::regclass"
    )
    run(f"DROP SEQUENCE {counter}")
    with mute():
        Counter.objects.create()
    assert Counter.objects.count() == 1


def test_with_warn_what_can_be_told_is_told(ear: Ear, warn: None) -> None:  # noqa: ARG001
    # Pitfall 38
    barge = Barge.objects.create()
    Vessel.objects.update(name="Ada")
    assert [(message["status"], message["uuid"]) for message in ear.messages()] == [
        ("created", barge.pk.hex),
        ("updated", barge.pk.hex),
    ]
    assert untold() == []


def test_a_cancelled_statement_is_not_passed_over(ear: Ear, warn: None) -> None:  # noqa: ARG001
    # Pitfall 38: statement_timeout, while our function waits for a table that it looks up.
    Barge.objects.create()
    ear.payloads()
    impatient = connect(options="-c statement_timeout=300ms")
    with (
        busy("LOCK TABLE shop_barge IN ACCESS EXCLUSIVE MODE"),
        impatient.cursor() as cursor,
        pytest.raises(QueryCanceled, match=r"statement timeout(.|\n)*function .*rowcast_update"),
    ):
        cursor.execute("UPDATE shop_vessel SET name = 'Ada'")
    impatient.close()
    assert (ear.payloads(), untold()) == ([], [])


def test_a_serialization_failure_is_the_applications_to_try_again(
    ear: Ear,
    warn: None,  # noqa: ARG001
    alter: ReversibleStatement,
) -> None:
    # Pitfall 38: what our function looks up is a view for once, which fails as a serializable transaction would.
    Vessel.objects.create()
    rename = "ALTER TABLE {} RENAME TO {}"
    alter(rename.format("shop_barge", "shop_kept"), rename.format("shop_kept", "shop_barge"))
    alter(
        "CREATE FUNCTION shop_conflict() RETURNS uuid LANGUAGE plpgsql"
        " AS $$BEGIN RAISE 'try again' USING ERRCODE = 'serialization_failure'; END$$",
        "DROP FUNCTION shop_conflict CASCADE",
    )
    run("CREATE VIEW shop_barge AS SELECT shop_conflict() AS vessel_ptr_id")
    with pytest.raises(DatabaseError, match="try again"):
        run("UPDATE shop_vessel SET name = 'Ada'")
    assert (ear.payloads(), untold()) == ([], [])


def test_a_function_that_would_tell_nothing_fails_the_install_all_the_same(configure: Configure, mute: Mute) -> None:
    # Pitfall 26, 38
    with mute(), pytest.raises(TriggersError, match=DENIED):
        configure(WATCH=["shop.Counter"], ON_ERROR="warn")


def test_the_counters_are_made_once_and_go_on_counting(
    configure: Configure,
    warn: None,  # noqa: ARG001
    mute: Mute,
) -> None:
    # Pitfall 4, 38
    with mute():
        Counter.objects.create()
    assert configure(ON_ERROR="warn").made == []
    assert len(untold()) == 1


def test_a_dropped_counter_is_made_anew_and_counts_from_nothing(
    configure: Configure,
    warn: None,  # noqa: ARG001
) -> None:
    # Pitfall 38
    for counter in run(r"SELECT oid::regclass::text FROM pg_class WHERE relname LIKE 'rowcast\_untold%'"):
        run(f"DROP SEQUENCE {counter}")
    made = configure(ON_ERROR="warn").made
    assert "rowcast_insert on public.shop_counter" in made
    assert untold() == []


def test_counters_go_with_the_policy_and_with_the_triggers(configure: Configure, warn: None) -> None:  # noqa: ARG001
    # Pitfall 38
    assert run(COUNTERS) != [0]
    configure(WATCH=["shop.Counter"])
    assert run(COUNTERS) == [0]
    configure(WATCH=["shop.Counter"], ON_ERROR="warn")
    remove(connection)
    assert (run(COUNTERS), our_functions()) == ([0], {})


@pytest.mark.parametrize("policy", ["fail", "warn"])
def test_the_order_within_a_statement_and_the_rollback_to_a_savepoint_are_the_same(
    ear: Ear, configure: Configure, policy: str
) -> None:
    # Pitfall 37, 38: the block with an exception clause is a savepoint of its own.
    configure(WATCH=["shop.Counter"], ON_ERROR=policy)
    with transaction.atomic():
        Counter.objects.bulk_create([Counter(pk=2), Counter(pk=1)])
        with transaction.atomic():
            Counter.objects.create(pk=3)
            transaction.set_rollback(True)
    assert [message["uuid"] for message in ear.messages()] == ["2", "1"]
