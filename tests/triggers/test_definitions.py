"""The triggers' SQL, as PostgreSQL runs it: which statements tell of which rows, and in which words."""

from io import StringIO
from uuid import UUID

import pytest
from django.db import connection

from project.models import Observation, Project, Reservation, SchedulingUnit
from tests.shop.models import Counter, Order
from tests.triggers.conftest import ReversibleStatement, run
from tests.triggers.ears import Ear


def test_insert_update_and_delete_are_told_in_rodans_words(ear: Ear) -> None:
    """Compatibility R1."""
    project = Project.objects.create(id=UUID(int=1), name="Sky survey")
    Project.objects.filter(pk=project.pk).update(name="Deep sky survey")
    project.delete()
    assert ear.payloads() == [
        '{"status": "created", "model": "project", "uuid": "00000000000000000000000000000001"}',
        '{"status": "updated", "model": "project", "uuid": "00000000000000000000000000000001"}',
        '{"status": "deleted", "model": "project", "uuid": "00000000000000000000000000000001"}',
    ]


def test_a_table_with_a_project_tells_it(ear: Ear) -> None:
    """Compatibility R2, R3."""
    project = Project.objects.create(id=UUID(int=1), name="Sky survey")
    ear.payloads()
    SchedulingUnit.objects.create(id=UUID(int=2), project=project, name="Night one")
    (payload,) = ear.payloads()
    assert payload == (
        '{"status": "created", "model": "schedulingunit", "uuid": "00000000000000000000000000000002",'
        ' "project": "00000000-0000-0000-0000-000000000001"}'
    )


def test_a_row_without_its_project_tells_null(ear: Ear) -> None:
    Reservation.objects.create(purpose="Maintenance")
    assert [message["project"] for message in ear.messages()] == [None]


def test_a_bigint_key_is_told_as_text(ear: Ear) -> None:
    counter = Counter.objects.create()
    assert [message["uuid"] for message in ear.messages()] == [str(counter.pk)]


def test_an_update_that_changes_nothing_is_no_change(ear: Ear) -> None:
    project = Project.objects.create(name="Sky survey")
    ear.payloads()
    Project.objects.filter(pk=project.pk).update(name="Sky survey")
    assert ear.payloads() == []


def test_saving_what_has_not_changed_is_no_change(ear: Ear) -> None:
    # Pitfall 22
    project = Project.objects.create(name="Sky survey")
    ear.payloads()
    project.save()
    assert ear.payloads() == []


def test_saving_a_row_with_auto_now_is_a_change(ear: Ear) -> None:
    # Pitfall 22
    order = Order.objects.create(name="Rice")
    ear.payloads()
    order.save()
    assert ear.statuses() == ["updated"]


def test_only_the_changed_rows_of_an_update_are_told(ear: Ear) -> None:
    Counter.objects.bulk_create([Counter(pk=pk, value=pk % 2) for pk in range(1, 7)])
    ear.payloads()
    Counter.objects.update(value=1)
    assert [message["uuid"] for message in ear.messages()] == ["2", "4", "6"]


def test_a_change_from_null_and_to_null_is_told(ear: Ear) -> None:
    observation = Observation.objects.create(target="Cassiopeia A")
    ear.payloads()
    run("UPDATE project_observation SET stop = now() WHERE id = %s", observation.pk)
    run("UPDATE project_observation SET stop = NULL WHERE id = %s", observation.pk)
    run("UPDATE project_observation SET stop = NULL, target = 'Virgo A' WHERE id = %s", observation.pk)
    assert set(ear.statuses()) == {"updated"}


def test_a_statement_that_hits_no_row_tells_nothing(ear: Ear) -> None:
    # Pitfall 11
    Project.objects.filter(name="No such").update(name="Other")
    Project.objects.filter(name="No such").delete()
    run("DELETE FROM project_project WHERE false")
    run("INSERT INTO project_project (name) SELECT name FROM project_project")
    assert ear.payloads() == []


def test_an_insert_that_conflicts_and_does_nothing_tells_nothing(ear: Ear) -> None:
    # Pitfall 11
    Order.objects.create(name="Rice")
    ear.payloads()
    Order.objects.bulk_create([Order(name="Rice")], ignore_conflicts=True)
    assert ear.payloads() == []


def test_an_upsert_of_an_old_and_a_new_row_is_one_update_and_one_creation(ear: Ear) -> None:
    # Pitfall 12
    old, new = Order.objects.create(name="Rice"), Order(name="Beans")
    ear.payloads()
    upserted = [Order(name="Rice", note="hot"), new]
    Order.objects.bulk_create(upserted, update_conflicts=True, unique_fields=["name"], update_fields=["note"])
    told = {(message["status"], message["uuid"]) for message in ear.messages()}
    assert told == {("updated", old.pk.hex), ("created", new.pk.hex)}


def test_merge_tells_each_row_once(ear: Ear) -> None:
    # Pitfall 13
    if run("SELECT current_setting('server_version_num')::int") < [150000]:
        pytest.skip("MERGE came with PostgreSQL 15")
    run("INSERT INTO shop_counter (id, value) VALUES (1, 0), (2, 0), (3, 7)")
    ear.payloads()
    run(
        "MERGE INTO shop_counter USING (VALUES (1, 1), (2, -1), (3, 7), (4, 1)) AS given (id, value)"
        " ON shop_counter.id = given.id"
        " WHEN MATCHED AND given.value < 0 THEN DELETE"
        " WHEN MATCHED THEN UPDATE SET value = given.value"
        " WHEN NOT MATCHED THEN INSERT (id, value) VALUES (given.id, given.value)"
    )
    told = sorted((message["status"], message["uuid"]) for message in ear.messages())
    assert told == [("created", "4"), ("deleted", "2"), ("updated", "1")]


def test_copy_tells_each_row_once(ear: Ear) -> None:
    # Pitfall 13
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY shop_counter (id, value) FROM STDIN", StringIO("1\t0\n2\t0\n"))
    assert [(message["status"], message["uuid"]) for message in ear.messages()] == [("created", "1"), ("created", "2")]


def test_two_inserts_in_one_statement_tell_each_row_once(ear: Ear) -> None:
    # Pitfall 13
    run(
        "WITH first AS (INSERT INTO shop_counter (id, value) VALUES (1, 0), (2, 0) RETURNING id)"
        " INSERT INTO shop_counter (id, value) SELECT id + 10, 0 FROM first"
    )
    assert sorted(int(message["uuid"]) for message in ear.messages()) == [1, 2, 11, 12]


def test_an_insert_and_an_update_in_one_statement_tell_each_row_once(ear: Ear) -> None:
    # Pitfall 13
    run("INSERT INTO shop_counter (id, value) VALUES (1, 0), (2, 0)")
    ear.payloads()
    run(
        "WITH first AS (UPDATE shop_counter SET value = 5 WHERE id = 1 RETURNING id)"
        " INSERT INTO shop_counter (id, value) SELECT id + 10, 0 FROM first"
    )
    told = sorted((message["status"], message["uuid"]) for message in ear.messages())
    assert told == [("created", "11"), ("updated", "1")]


@pytest.mark.django_db
def test_each_trigger_is_of_one_event_without_columns_and_condition() -> None:
    # Pitfall 17, 18, 20
    found = run(
        "SELECT tgtype, tgattr::text, tgqual IS NULL, tgconstraint FROM pg_trigger"
        r" WHERE tgname LIKE 'rowcast\_%' AND tgrelid = 'shop_counter'::regclass ORDER BY tgtype"
    )
    assert found == [(kind, "", True, 0) for kind in (4, 8, 16, 32)]


def test_a_change_that_a_before_trigger_makes_is_told(ear: Ear, alter: ReversibleStatement) -> None:
    # Pitfall 18: the statement names one column and leaves it as it is; the trigger sets another, once.
    run("INSERT INTO shop_order (id, name, note, updated_at) VALUES (%s, 'Rice', '', now())", UUID(int=1))
    alter(
        "CREATE FUNCTION shop_note() RETURNS trigger LANGUAGE plpgsql"
        " AS $$BEGIN NEW.note = 'set by a trigger'; RETURN NEW; END$$",
        "DROP FUNCTION shop_note CASCADE",
    )
    run("CREATE TRIGGER note BEFORE UPDATE ON shop_order FOR EACH ROW EXECUTE FUNCTION shop_note()")
    ear.payloads()
    run("UPDATE shop_order SET name = name")
    run("UPDATE shop_order SET name = name")
    assert ear.statuses() == ["updated"]


def test_a_changed_key_is_one_update_with_the_new_key(ear: Ear) -> None:
    # Pitfall 21
    run("INSERT INTO shop_counter (id, value) VALUES (1, 0)")
    ear.payloads()
    run("UPDATE shop_counter SET id = 2")
    assert [(message["status"], message["uuid"]) for message in ear.messages()] == [("updated", "2")]


def test_rows_that_swap_their_keys_are_both_told(ear: Ear) -> None:
    # Pitfall 21: the set of rows is the same after as before; nothing but the position pairs their images.
    run("ALTER TABLE shop_counter DROP CONSTRAINT shop_counter_pkey")
    run("INSERT INTO shop_counter (id, value) VALUES (1, 0), (2, 0), (3, 0)")
    ear.payloads()
    run("UPDATE shop_counter SET id = 3 - id WHERE id < 3")
    run("ALTER TABLE shop_counter ADD PRIMARY KEY (id)")
    assert sorted(message["uuid"] for message in ear.messages()) == ["1", "2"]
