"""MERGE on a partitioned table: PostgreSQL does not show each row that it moves, and no move goes unnoticed."""

import pytest
from django.db import transaction

from tests.triggers.conftest import ReversibleStatement, run
from tests.triggers.ears import Ear
from tests.triggers.readings import MOVE, RESYNC, heard, key, merge, write


@pytest.fixture
def with_merge(readings: None) -> None:  # noqa: ARG001
    if run("SELECT current_setting('server_version_num')::int") < [150000]:
        pytest.skip("PostgreSQL 14 has no MERGE")


def test_a_merge_that_moves_no_row_tells_each_once(ear: Ear, with_merge: None) -> None:  # noqa: ARG001
    # Pitfall 13, 14
    write("a", 1, 2)
    ear.payloads()
    merge(
        f"({key(1)}::uuid, 'a'), ({key(3)}, 'b')",
        "WHEN MATCHED THEN UPDATE SET n = 7",
        "WHEN NOT MATCHED THEN INSERT (id, region) VALUES (wish.id, wish.region)",
    )
    assert sorted(heard(ear)) == [("created", 3), ("updated", 1)]


def test_a_merge_that_moves_rows_tells_to_look_at_every_row(ear: Ear, with_merge: None) -> None:  # noqa: ARG001
    # Pitfall 13, 15: PostgreSQL shows a row that MERGE moves in no transition table of the UPDATE's.
    write("a", 1, 2, 3)
    ear.payloads()
    merge(f"({key(1)}::uuid, 'b'), ({key(2)}, 'a')", "WHEN MATCHED THEN UPDATE SET region = wish.region, n = 7")
    assert heard(ear) == [("updated", 2), RESYNC]


def test_a_merge_that_moves_every_row_and_changes_its_key_tells_to_look_at_every_row(
    ear: Ear,
    with_merge: None,  # noqa: ARG001
) -> None:
    # Pitfall 13, 15, 21
    write("a", 1)
    ear.payloads()
    merge(f"({key(1)}::uuid, 'c')", "WHEN MATCHED THEN UPDATE SET region = wish.region, id = gen_random_uuid()")
    assert heard(ear) == [RESYNC]


def test_a_merge_that_moves_and_deletes_ends_with_the_call_to_look_at_every_row(
    ear: Ear,
    with_merge: None,  # noqa: ARG001
) -> None:
    # Pitfall 13, 15: PostgreSQL shows the moved row as deleted.
    write("a", 1, 2)
    ear.payloads()
    merge(f"({key(1)}::uuid, 'b'), ({key(2)}, '')", "WHEN MATCHED AND wish.region = '' THEN DELETE", MOVE)
    assert heard(ear)[-1] == RESYNC


def test_rows_that_left_before_do_not_make_a_later_update_a_move(ear: Ear, readings: None) -> None:  # noqa: ARG001
    # Pitfall 15: in one transaction.
    write("a", 1, 2, 3)
    ear.payloads()
    with transaction.atomic():
        run(f"DELETE FROM shop_reading WHERE id = {key(1)}")
        run("UPDATE shop_reading SET n = 1")
    assert sorted(heard(ear), key=str) == [("deleted", 1), ("updated", 2), ("updated", 3)]


def test_an_update_by_a_trigger_does_not_hide_that_a_merge_moved_rows(
    ear: Ear,
    with_merge: None,  # noqa: ARG001
    alter: ReversibleStatement,
) -> None:
    # Pitfall 15
    write("a", 1, 2)
    alter(
        "CREATE FUNCTION shop_count() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$BEGIN UPDATE shop_reading SET n = n + 1 WHERE id = {key(2)}; RETURN NULL; END$$",
        "DROP FUNCTION shop_count CASCADE",
    )
    run("CREATE TRIGGER count AFTER INSERT ON shop_reading FOR EACH ROW EXECUTE FUNCTION shop_count()")
    ear.payloads()
    merge(f"({key(1)}::uuid, 'b')", MOVE)
    assert sorted(heard(ear), key=str) == [RESYNC, ("updated", 2)]
