"""Multi-table inheritance: a child's row is told whichever of its tables changed."""

import pytest
from django.db import transaction

from tests.shop.models import Barge, Frigate, Insured, Order, Ship, Vessel
from tests.triggers.conftest import Configure, ReversibleStatement, run
from tests.triggers.ears import Ear
from triggers.settings import NOTIFY


def told(ear: Ear) -> list[tuple[str, str, str]]:
    """Status, model and key of every message, sorted: no order is promised between tables."""
    return sorted((message["status"], message["model"], message["uuid"]) for message in ear.messages())


@pytest.fixture
def barge(ear: Ear) -> Barge:
    made = Barge.objects.create()
    ear.payloads()
    return made


@pytest.fixture
def frigate(ear: Ear) -> Frigate:
    made = Frigate.objects.create()
    ear.payloads()
    return made


def test_a_childs_creation_is_told_once_for_each_of_its_models(ear: Ear) -> None:
    # Pitfall 28
    barge = Barge.objects.create()
    assert told(ear) == [("created", "barge", barge.pk.hex), ("created", "vessel", barge.pk.hex)]


def test_a_childs_deletion_is_told_once_for_each_of_its_models(ear: Ear, barge: Barge) -> None:
    # Pitfall 28
    key = barge.pk.hex
    barge.delete()
    assert told(ear) == [("deleted", "barge", key), ("deleted", "vessel", key)]


def test_a_grandchild_comes_and_goes_once_in_each_of_its_models(ear: Ear) -> None:
    # Pitfall 28: the second parent has a key of its own.
    frigate = Frigate.objects.create()
    names = {"frigate": frigate.pk, "insured": frigate.policy, "ship": frigate.pk, "vessel": frigate.pk}
    assert told(ear) == [("created", name, key.hex) for name, key in names.items()]
    frigate.delete()
    assert told(ear) == [("deleted", name, key.hex) for name, key in names.items()]


def test_an_update_of_a_parents_field_is_told_of_the_child(ear: Ear, barge: Barge) -> None:
    # Pitfall 28: Django writes nothing but the parent's table.
    Barge.objects.update(name="Ada")
    assert told(ear) == [("updated", "barge", barge.pk.hex), ("updated", "vessel", barge.pk.hex)]


def test_raw_sql_on_the_parents_table_is_told_of_the_child(ear: Ear, barge: Barge) -> None:
    # Pitfall 28
    run("UPDATE shop_vessel SET name = 'Ada'")
    assert told(ear) == [("updated", "barge", barge.pk.hex), ("updated", "vessel", barge.pk.hex)]


def test_a_parents_update_that_changes_nothing_is_not_told_of_the_child(ear: Ear, barge: Barge) -> None:  # noqa: ARG001
    # Pitfall 22, 28
    run("UPDATE shop_vessel SET name = name")
    assert ear.payloads() == []


def test_a_save_that_writes_both_tables_is_told_of_the_child_for_each(ear: Ear, barge: Barge) -> None:
    # Pitfall 28, 42: both triggers tell it; PostgreSQL drops the second of two equal notifications.
    barge.name, barge.load = "Ada", 7
    barge.save()
    of_the_child = [("updated", "barge", barge.pk.hex)] * (1 if ear.delivery == NOTIFY else 2)
    assert told(ear) == [*of_the_child, ("updated", "vessel", barge.pk.hex)]


def test_a_parent_that_is_not_watched_tells_of_its_watched_children_alone(
    ear: Ear, barge: Barge, configure: Configure
) -> None:
    # Pitfall 28
    configure(WATCH=["shop.Barge"])
    Vessel.objects.create()
    run("UPDATE shop_vessel SET name = 'Ada'")
    assert told(ear) == [("updated", "barge", barge.pk.hex)]


def test_a_parents_row_without_a_child_is_told_as_itself_alone(ear: Ear, barge: Barge) -> None:
    # Pitfall 28
    other = Vessel.objects.create()
    ear.payloads()
    run("UPDATE shop_vessel SET name = 'Ada' WHERE id <> %s", barge.pk)
    assert told(ear) == [("updated", "vessel", other.pk.hex)]


def test_each_child_of_a_parent_is_told_of_its_own_rows(ear: Ear, barge: Barge, frigate: Frigate) -> None:
    # Pitfall 28
    run("UPDATE shop_vessel SET name = 'Ada'")
    keys = {"barge": [barge.pk], "frigate": [frigate.pk], "ship": [frigate.pk], "vessel": [barge.pk, frigate.pk]}
    assert told(ear) == sorted(("updated", name, key.hex) for name, of_model in keys.items() for key in of_model)


def test_a_second_parents_row_is_told_with_the_childs_own_key(ear: Ear, frigate: Frigate) -> None:
    # Pitfall 28
    Ship.objects.create()
    ear.payloads()
    Insured.objects.filter(pk=frigate.policy).update(premium=7)
    assert told(ear) == [
        ("updated", "frigate", frigate.pk.hex),
        ("updated", "insured", frigate.policy.hex),
        ("updated", "ship", frigate.pk.hex),
    ]


def test_a_link_that_the_database_changes_is_told(ear: Ear, barge: Barge, alter: ReversibleStatement) -> None:
    # Pitfall 21, 28, 32
    alter(
        "ALTER TABLE shop_barge ADD CONSTRAINT shop_follow FOREIGN KEY (vessel_ptr_id) REFERENCES shop_vessel"
        " ON UPDATE CASCADE",
        "ALTER TABLE shop_barge DROP CONSTRAINT shop_follow",
    )
    order = Order.objects.create(name="Any")
    ear.payloads()
    run("UPDATE shop_vessel SET id = %s WHERE id = %s", order.pk, barge.pk)
    assert set(told(ear)) == {("updated", "barge", order.pk.hex), ("updated", "vessel", order.pk.hex)}


def test_many_children_are_told_each_once(ear: Ear) -> None:
    # Pitfall 28
    run("INSERT INTO shop_vessel (id, name) SELECT gen_random_uuid(), '' FROM generate_series(1, 5000)")
    run("INSERT INTO shop_barge (vessel_ptr_id, load) SELECT id, 0 FROM shop_vessel LIMIT 2000")
    ear.payloads()
    run("UPDATE shop_vessel SET name = 'Ada'")
    heard = told(ear)
    assert len(heard) == len(set(heard)) == 7000
    assert {key for _, model, key in heard if model == "barge"} == {barge.pk.hex for barge in Barge.objects.all()}


def test_a_child_whose_table_a_migration_takes_away_fails_no_write(ear: Ear, barge: Barge) -> None:  # noqa: ARG001
    # Pitfall 26, 28: DeleteModel, then RunPython, in one migrate, whose hook comes after both.
    with transaction.atomic():
        run("ALTER TABLE shop_barge RENAME TO shop_gone")
        run("UPDATE shop_vessel SET name = 'Ada'")
        run("ALTER TABLE shop_gone RENAME TO shop_barge")
    assert ("updated", "barge", None) in [(it["status"], it["model"], it["uuid"]) for it in ear.messages()]


def test_a_child_is_looked_up_by_index_whatever_the_first_statement_was(ear: Ear, barge: Barge) -> None:  # noqa: ARG001
    # Pitfall 28: the first statement's plan is kept, and made while the table is small and known to be.
    run("ANALYZE shop_barge")
    run("UPDATE shop_vessel SET name = 'Ada'")
    run("INSERT INTO shop_vessel (id, name) SELECT gen_random_uuid(), '' FROM generate_series(1, 2000)")
    run("INSERT INTO shop_barge (vessel_ptr_id, load) SELECT id, 0 FROM shop_vessel WHERE name = ''")
    scans = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'shop_barge'"
    before = run(scans)
    run("UPDATE shop_vessel SET name = 'Beth' WHERE name = 'Ada'")
    assert run(scans) == before
