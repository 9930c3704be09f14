"""Partitioned tables: every path to a row tells of it once, with the root's model and key."""

from uuid import UUID

import pytest

from tests.triggers.conftest import Configure, ReversibleStatement, run
from tests.triggers.ears import Ear, connect
from tests.triggers.readings import MOVE, RESYNC, heard, key, merge, write

Told = list[tuple[str, str, int]]


def told(ear: Ear) -> Told:
    """Status, model and key of every message, sorted."""
    return sorted((message["status"], message["model"], UUID(message["uuid"]).int) for message in ear.messages())


def as_readings(status: str, *keys: int) -> Told:
    return [(status, "reading", key) for key in keys]


LEAVES = [
    ("shop_reading_a", "a"),
    ('"else""where"."b%%"', "b"),
    ("shop_reading_c", "c"),
    ("shop_reading_c1", "c"),
    ("shop_reading_c2", "cc"),
    ("shop_reading_rest", "z"),
]


@pytest.mark.parametrize("region", ["a", "b", "c", "cc", "z"])
def test_a_write_through_the_root_is_told_once(ear: Ear, readings: None, region: str) -> None:  # noqa: ARG001
    # Pitfall 14
    write(region, 1, 2)
    run("UPDATE shop_reading SET n = 1 WHERE id = %s", UUID(int=1))
    run("DELETE FROM shop_reading WHERE id = %s", UUID(int=1))
    assert told(ear) == [*as_readings("created", 1, 2), *as_readings("deleted", 1), *as_readings("updated", 1)]


@pytest.mark.parametrize(("leaf", "region"), LEAVES)
def test_a_write_straight_into_a_partition_is_told_once(
    ear: Ear,
    readings: None,  # noqa: ARG001
    leaf: str,
    region: str,
) -> None:
    # Pitfall 14
    write(region, 1, 2, table=leaf)
    run(f"UPDATE {leaf} SET n = 1 WHERE id = %s", UUID(int=1))
    run(f"DELETE FROM {leaf} WHERE id = %s", UUID(int=1))
    assert told(ear) == [*as_readings("created", 1, 2), *as_readings("deleted", 1), *as_readings("updated", 1)]


def test_copy_into_the_root_is_told_once(ear: Ear, readings: None) -> None:  # noqa: ARG001
    # Pitfall 13, 14
    rows = " UNION ALL ".join(f"SELECT {key(n)}::uuid, '{region}'" for n, region in enumerate("abcz"))
    run(f"INSERT INTO shop_reading (id, region) {rows}")
    assert told(ear) == as_readings("created", 0, 1, 2, 3)


def test_a_moved_row_is_an_update(ear: Ear, readings: None) -> None:  # noqa: ARG001
    # Pitfall 15
    write("a", 1)
    ear.payloads()
    run("UPDATE shop_reading SET region = 'b'")
    assert told(ear) == as_readings("updated", 1)


def test_a_row_moved_within_a_partition_of_partitions_is_an_update(ear: Ear, readings: None) -> None:  # noqa: ARG001
    # Pitfall 15: through the root, and through the partition that is partitioned itself.
    write("c", 1)
    ear.payloads()
    run("UPDATE shop_reading SET region = 'cc'")
    run("UPDATE shop_reading_c SET region = 'c'")
    assert told(ear) == as_readings("updated", 1)[:1] * 2


def test_of_moved_changed_and_unchanged_rows_those_that_differ_are_told(ear: Ear, readings: None) -> None:  # noqa: ARG001
    # Pitfall 15, 22
    write("a", 1, 2, 3)
    write("b", 4, 5, 6)
    write("c", 7, 8, 9)
    ear.payloads()
    moves = {1: "b", 4: "cc", 7: "z"}
    case = " ".join(f"WHEN id = {key(n)} THEN '{region}'" for n, region in moves.items())
    change = f"CASE WHEN id IN ({key(2)}, {key(5)}, {key(8)}) THEN 1 ELSE n END"
    run(f"UPDATE shop_reading SET region = CASE {case} ELSE region END, n = {change}")
    assert told(ear) == as_readings("updated", 1, 2, 4, 5, 7, 8)


def test_an_update_from_another_table_that_moves_rows_and_changes_keys_tells_the_new_keys(
    ear: Ear,
    readings: None,  # noqa: ARG001
) -> None:
    # Pitfall 15, 21
    write("a", 1, 2)
    write("b", 3, 4)
    ear.payloads()
    run(
        "UPDATE shop_reading SET region = target.region, id = target.new"
        f" FROM (VALUES ({key(1)}::uuid, 'b', {key(11)}::uuid), ({key(2)}, 'a', {key(2)}),"
        f" ({key(3)}, 'z', {key(3)}), ({key(4)}, 'b', {key(14)})) AS target (old, region, new)"
        " WHERE target.old = shop_reading.id"
    )
    assert told(ear) == as_readings("updated", 3, 11, 14)


def test_a_row_that_a_trigger_changes_on_arrival_is_told_once(
    ear: Ear,
    readings: None,  # noqa: ARG001
    alter: ReversibleStatement,
) -> None:
    # Pitfall 15, 18
    write("a", 1, 2)
    alter(
        "CREATE FUNCTION shop_mark() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.n = 5; RETURN NEW; END'",
        "DROP FUNCTION shop_mark CASCADE",
    )
    run("CREATE TRIGGER mark BEFORE INSERT ON shop_reading_rest FOR EACH ROW EXECUTE FUNCTION shop_mark()")
    ear.payloads()
    run("UPDATE shop_reading SET region = 'z' WHERE id = %s", UUID(int=1))
    assert told(ear) == as_readings("updated", 1)


@pytest.fixture
def refusing(readings: None, alter: ReversibleStatement) -> None:  # noqa: ARG001
    """The default partition takes no row whose n is negative."""
    alter(
        "CREATE FUNCTION shop_refuse() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN IF NEW.n < 0 THEN RETURN NULL; END IF; RETURN NEW; END'",
        "DROP FUNCTION shop_refuse CASCADE",
    )
    run("CREATE TRIGGER refuse BEFORE INSERT ON shop_reading_rest FOR EACH ROW EXECUTE FUNCTION shop_refuse()")


def test_a_row_that_vanishes_on_its_way_is_deleted_and_the_others_are_told_as_they_are(
    ear: Ear,
    refusing: None,  # noqa: ARG001
) -> None:
    # Pitfall 15: PostgreSQL shows the first row's old image and no new one, so that positions mislead.
    write("a", 1, 2, 3, 4)
    run("UPDATE shop_reading SET n = -1 WHERE id = %s", UUID(int=1))
    ear.payloads()
    case = f"CASE WHEN id IN ({key(1)}, {key(3)}) THEN 'z' ELSE region END"
    run(f"UPDATE shop_reading SET region = {case}")
    assert told(ear) == [*as_readings("deleted", 1), *as_readings("updated", 3)]


def test_a_row_that_a_trigger_keeps_from_leaving_is_not_told(
    ear: Ear,
    readings: None,  # noqa: ARG001
    alter: ReversibleStatement,
) -> None:
    # Pitfall 15
    write("a", 1, 2)
    alter(
        "CREATE FUNCTION shop_keep() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$BEGIN IF OLD.id = {key(1)} THEN RETURN NULL; END IF; RETURN OLD; END$$",
        "DROP FUNCTION shop_keep CASCADE",
    )
    run("CREATE TRIGGER keep BEFORE DELETE ON shop_reading_a FOR EACH ROW EXECUTE FUNCTION shop_keep()")
    ear.payloads()
    run("UPDATE shop_reading SET region = 'z'")
    assert told(ear) == as_readings("updated", 2)


def test_an_upsert_through_the_root_is_one_update_and_one_creation(ear: Ear, readings: None) -> None:  # noqa: ARG001
    # Pitfall 12, 14
    write("a", 1)
    ear.payloads()
    run(
        f"INSERT INTO shop_reading (id, region, n) VALUES ({key(1)}, 'a', 7), ({key(2)}, 'b', 7)"
        " ON CONFLICT (id, region) DO UPDATE SET n = excluded.n"
    )
    assert told(ear) == [*as_readings("created", 2), *as_readings("updated", 1)]


@pytest.mark.parametrize("table", ["shop_reading", "shop_reading_c", "shop_reading_c1", "ONLY shop_reading_a"])
def test_truncate_of_a_root_or_a_partition_tells_once(ear: Ear, readings: None, table: str) -> None:  # noqa: ARG001
    # Pitfall 14, 23, 42: a root's partitions tell too, and PostgreSQL drops the equal messages.
    run(f"TRUNCATE {table}")
    assert ear.payloads() == ['{"status": "resync", "model": "reading", "uuid": null}']


def test_a_writer_of_a_partition_may_have_another_search_path(ear: Ear, readings: None) -> None:  # noqa: ARG001
    # Pitfall 14, 35
    elsewhere = connect(options='-c search_path="else""where"')
    with elsewhere.cursor() as cursor:
        cursor.execute(f"INSERT INTO \"b%\" (id, region) VALUES ({key(1)}, 'b')")
    elsewhere.close()
    assert told(ear) == as_readings("created", 1)


def test_a_partition_with_a_model_of_its_own_tells_of_both(
    ear: Ear,
    readings: None,  # noqa: ARG001
    alter: ReversibleStatement,
    configure: Configure,
) -> None:
    # Pitfall 14, 29
    rename = "ALTER TABLE {} RENAME TO {}"
    alter(rename.format("shop_reading_a", "shop_foreign"), rename.format("shop_foreign", "shop_reading_a"))
    configure(WATCH=["project", "shop", "shop.Foreign", "shop.Reading"])
    write("a", 1, table="shop_foreign")
    write("a", 2)
    assert told(ear) == [("created", "foreign", 1), *as_readings("created", 1, 2)]
    if run("SELECT current_setting('server_version_num')::int") >= [150000]:
        merge(f"({key(1)}::uuid, 'b')", MOVE)
        assert heard(ear) == [RESYNC]
