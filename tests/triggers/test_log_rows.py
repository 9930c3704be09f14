"""What a statement of one row and a statement of many write into the change log, row by row."""

from collections.abc import Sequence
from uuid import UUID

import psycopg2
import pytest
from django.db import DatabaseError, connection

from project.models import Project, SchedulingUnit
from tests.shop.models import Counter
from tests.triggers.conftest import Configure, ReversibleStatement, only_by_the_log, run
from tests.triggers.ears import Ear, LogEar, connect
from triggers import log_rows
from triggers.statements import statement
from triggers.survey import survey
from ws.listener.rows import Row

pytestmark = only_by_the_log

INSERT = (
    "INSERT INTO project_project (id, status, name, description) SELECT {}, '', '', '' FROM generate_series(1, {}) AS n"
)
ORDERLY = "lpad(to_hex(n), 32, '0')::uuid"


@pytest.fixture
def log(ear: Ear) -> LogEar:
    assert isinstance(ear, LogEar)
    ear.rows()
    return ear


@pytest.fixture(params=["slices", "groups"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, configure: Configure) -> None:
    """Keys are cut out of one array, or counted off in groups."""
    if request.param == "groups":
        monkeypatch.setattr(log_rows, "KEYS_OF_AN_ARRAY_AT_MOST", 1)
        configure(WATCH=["shop.Counter", "project.Project"])


def keys(rows: Sequence[Row]) -> list[str | None]:
    return [key for row in rows for key in row.told_keys]


def test_one_row_is_a_plain_row(log: LogEar) -> None:
    project = Project.objects.create(name="Sky survey")
    (row,) = log.rows()
    assert (row.key, row.uuids, row.keys, row.carried) == (project.pk.hex, None, None, None)
    assert (row.status, row.model) == ("created", "project.project")


def test_many_uuids_are_arrays_of_at_most_500_in_their_order(log: LogEar, either_way: None) -> None:  # noqa: ARG001
    run(INSERT.format(ORDERLY, 1250))
    rows = log.rows()
    assert [len(row.told_keys) for row in rows] == [500, 500, 250]
    assert all(row.key is None and row.keys is None for row in rows)
    assert keys(rows) == [UUID(int=number).hex for number in range(1, 1251)]


def test_many_other_keys_are_arrays_of_texts(log: LogEar, either_way: None) -> None:  # noqa: ARG001
    run("INSERT INTO shop_counter (id, value) SELECT n, 0 FROM generate_series(900, 1, -1) AS n")
    rows = log.rows()
    assert all(row.key is None and row.uuids is None for row in rows)
    assert keys(rows) == [str(number) for number in range(900, 0, -1)]


def test_of_many_updated_rows_the_changed_ones_are_written_in_their_order(log: LogEar, either_way: None) -> None:  # noqa: ARG001
    run("INSERT INTO shop_counter (id, value) SELECT n, n % 2 FROM generate_series(1, 2400) AS n ORDER BY md5(n::text)")
    log.rows()
    written = run("WITH hit AS (UPDATE shop_counter SET value = 1 RETURNING id) SELECT id FROM hit WHERE id % 2 = 0")
    rows = log.rows()
    assert [len(row.told_keys) for row in rows] == [500, 500, 200]
    assert keys(rows) == [str(key) for key in written]


def test_many_deleted_rows_are_written(log: LogEar, either_way: None) -> None:  # noqa: ARG001
    run(INSERT.format(ORDERLY, 3))
    log.rows()
    run("DELETE FROM project_project")
    assert [(row.status, len(row.told_keys)) for row in log.rows()] == [("deleted", 3)]


def test_what_travels_stands_beside_its_key(log: LogEar) -> None:
    projects = Project.objects.bulk_create([Project(name="Sky survey"), Project(name="Deep sky survey")])
    log.rows()
    SchedulingUnit.objects.bulk_create([SchedulingUnit(name="Night", project=project) for project in projects])
    assert [message["project"] for message in log.messages()] == [str(project.pk) for project in projects]


def test_a_session_that_began_with_many_rows_is_as_quick_with_one_and_the_other_way_round(log: LogEar) -> None:
    """Plans are made for the first statement and kept: none may be quadratic, or compiled at each execution."""
    writer = connect(options="-c statement_timeout=60s")
    with writer.cursor() as cursor:
        for size in (1, 60_000, 1, 2):
            cursor.execute("DELETE FROM shop_counter")
            cursor.execute("INSERT INTO shop_counter (id, value) SELECT n, 0 FROM generate_series(1, %s) AS n", [size])
            cursor.execute("UPDATE shop_counter SET value = value + 1")
    writer.close()
    told = [(row.status, len(row.told_keys)) for row in log.rows()]
    assert sum(number for status, number in told if status == "updated") == 60_004


@pytest.mark.parametrize(
    ("change", "opposite"),
    [
        ("RENAME COLUMN id TO renamed", "RENAME COLUMN renamed TO id"),
        ("ALTER COLUMN id TYPE text", "ALTER COLUMN id TYPE uuid USING id::uuid"),
        ("DROP CONSTRAINT shop_foreign_pkey, ALTER COLUMN id DROP NOT NULL", "ADD PRIMARY KEY (id)"),
    ],
)
def test_a_migration_may_write_many_rows_after_it_changed_their_key(
    log: LogEar, configure: Configure, alter: ReversibleStatement, change: str, opposite: str
) -> None:
    # Pitfall 20, 26
    alter("CREATE TABLE shop_foreign (id uuid PRIMARY KEY, n int)", "DROP TABLE shop_foreign")
    configure(WATCH=["project", "shop", "shop.Foreign"])
    run("INSERT INTO shop_foreign SELECT gen_random_uuid(), 0 FROM generate_series(1, 600)")
    log.rows()
    alter(f"ALTER TABLE shop_foreign {change}", f"ALTER TABLE shop_foreign {opposite}")
    run("UPDATE shop_foreign SET n = 1")
    assert len(keys(log.rows())) == 600


def test_unknown_keys_among_many_are_told_as_unknown(
    log: LogEar, configure: Configure, alter: ReversibleStatement
) -> None:
    # Pitfall 39
    alter("CREATE TABLE shop_foreign (id uuid)", "DROP TABLE shop_foreign")
    configure(WATCH=["project", "shop", "shop.Foreign"])
    run("INSERT INTO shop_foreign VALUES (%s), (NULL)", UUID(int=1))
    assert [message["uuid"] for message in log.messages()] == [UUID(int=1).hex, None]


def test_every_leafs_turn_comes(log: LogEar, configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    configure()
    for leaf in range(4):
        name = f"{leaf}::bigint"
        monkeypatch.setattr(log_rows, "statement", lambda it, name=name: name if it == "log_slot" else statement(it))
        (made,) = [
            it.wanted for it in survey(connection).standings if str(it) == "rowcast_insert on public.shop_counter"
        ]
        assert made is not None
        run(made.function_sql[0])
        Counter.objects.create()
        Counter.objects.bulk_create([Counter(), Counter()])
        ids = [row.id for row in log.rows()]
        assert run(f"SELECT id FROM rowcast_log_{leaf} WHERE id = ANY (%s) ORDER BY id", ids) == ids


def test_a_missing_leaf_fails_the_write_and_names_the_remedy(log: LogEar, alter: ReversibleStatement) -> None:
    # Pitfall 38
    rename = "ALTER TABLE {} RENAME TO {}"
    for number in range(4):
        name = f"rowcast_log_{number}"
        alter(rename.format(name, f"gone_{number}"), rename.format(f"gone_{number}", name))
    with pytest.raises(DatabaseError, match="does not exist") as raised:
        Counter.objects.create()
    assert "Rowcast tells of public.shop_counter here" in str(raised.value)
    assert log.rows() == []


def test_a_full_disk_fails_the_write_and_names_the_remedy(log: LogEar, alter: ReversibleStatement) -> None:
    # Pitfall 38: the log's table refuses a row as a full disk would.
    alter(
        "CREATE FUNCTION shop_full() RETURNS trigger LANGUAGE plpgsql"
        " AS $$BEGIN RAISE 'No space left on device' USING ERRCODE = 'disk_full'; END$$",
        "DROP FUNCTION shop_full CASCADE",
    )
    for number in range(4):
        run(f"CREATE TRIGGER full_disk BEFORE INSERT ON rowcast_log_{number} FOR EACH ROW EXECUTE FUNCTION shop_full()")
    for write in (
        "INSERT INTO shop_counter (id, value) VALUES (1, 0)",
        "INSERT INTO shop_counter (id, value) VALUES (2, 0), (3, 0)",
    ):
        with pytest.raises(DatabaseError, match="No space left on device") as raised:
            run(write)
        assert isinstance(raised.value.__cause__, psycopg2.errors.DiskFull)
        assert "Rowcast tells of public.shop_counter here" in str(raised.value)
    assert (Counter.objects.count(), log.rows()) == (0, [])
