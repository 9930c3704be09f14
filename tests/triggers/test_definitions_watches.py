"""What a dict in `TRIGGERS["WATCH"]` asks for: which operations and columns count, and which values travel along."""

import json
from typing import Any
from uuid import UUID

import pytest

from project.models import Project, SchedulingUnit
from tests.shop.models import Barge, Counter, Order, Port, Vessel
from tests.triggers.conftest import Configure, ReversibleStatement, only_by_notifications, only_by_the_log, run
from tests.triggers.ears import Ear


def watch(configure: Configure, ear: Ear, **entry: Any) -> None:  # noqa: ANN401 - right or wrong
    configure(WATCH=["project", "shop", entry])
    ear.payloads()


def carried(ear: Ear) -> list[Any]:
    return [message.get("carried") for message in ear.messages()]


def test_only_the_operations_that_are_named_are_told(ear: Ear, configure: Configure) -> None:
    watch(configure, ear, model="shop.Counter", operations=["insert", "delete"])
    run("INSERT INTO shop_counter (id, value) VALUES (1, 0)")
    run("UPDATE shop_counter SET value = 1")
    run("DELETE FROM shop_counter")
    assert ear.statuses() == ["created", "deleted"]


def test_an_update_that_touches_no_column_that_counts_is_not_told(ear: Ear, configure: Configure) -> None:
    # Pitfall 22: auto_now makes every save a change.
    watch(configure, ear, model="shop.Order", columns=["note"])
    order = Order.objects.create(name="Rice")
    ear.payloads()
    order.save()
    Order.objects.update(name="Corn")
    assert ear.payloads() == []
    Order.objects.update(note="Hot")
    assert ear.statuses() == ["updated"]


def test_of_many_rows_those_are_told_whose_counting_columns_changed(ear: Ear, configure: Configure) -> None:
    watch(configure, ear, model="shop.Order", columns=["note"])
    orders = [Order(id=UUID(int=number), name=f"{number}", note=f"{number % 2}") for number in range(1, 7)]
    Order.objects.bulk_create(orders)
    ear.payloads()
    Order.objects.update(note="1", updated_at="2026-01-01T00:00Z")
    assert [UUID(message["uuid"]).int for message in ear.messages()] == [2, 4, 6]


def test_a_changed_key_counts_always(ear: Ear, configure: Configure) -> None:
    # Pitfall 21
    watch(configure, ear, model="shop.Counter", columns=["value"])
    run("INSERT INTO shop_counter (id, value) VALUES (1, 0)")
    ear.payloads()
    run("UPDATE shop_counter SET id = 2")
    assert [message["uuid"] for message in ear.messages()] == ["2"]


def test_a_parents_columns_count_where_they_are_named(ear: Ear, configure: Configure) -> None:
    # Pitfall 28
    watch(configure, ear, model="shop.Barge", columns=["name"])
    Barge.objects.create()
    ear.payloads()
    Barge.objects.update(load=7)
    assert ear.payloads() == []
    Barge.objects.update(name="Ada")
    assert sorted(message["model"] for message in ear.messages()) == ["barge", "vessel"]


def test_a_many_to_many_field_counts_where_it_is_named(ear: Ear, configure: Configure) -> None:
    # Pitfall 30
    port, vessel = Port.objects.create(), Vessel.objects.create()
    watch(configure, ear, model="shop.Vessel", columns=["name"])
    vessel.ports.add(port)
    assert ear.payloads() == []
    watch(configure, ear, model="shop.Vessel", columns=["ports"])
    vessel.ports.clear()
    Vessel.objects.update(name="Ada")
    assert [(message["status"], message["model"]) for message in ear.messages()] == [("updated", "vessel")]


def test_a_column_that_counts_may_be_renamed_before_the_hook_runs(
    ear: Ear, configure: Configure, alter: ReversibleStatement
) -> None:
    # Pitfall 20: in doubt a row is told.
    watch(configure, ear, model="shop.Counter", columns=["value"], carry=["value"])
    run("INSERT INTO shop_counter (id, value) VALUES (1, 0), (2, 0)")
    ear.payloads()
    rename = "ALTER TABLE shop_counter RENAME COLUMN {} TO {}"
    alter(rename.format("value", "renamed"), rename.format("renamed", "value"))
    run("UPDATE shop_counter SET renamed = 1")
    run("UPDATE shop_counter SET renamed = 2 WHERE id = 1")
    told = [(message["uuid"], message["carried"]) for message in ear.messages()]
    assert told == [(key, {"value": None}) for key in ("1", "2", "1")]


def test_values_travel_along_with_their_types(ear: Ear, configure: Configure) -> None:
    watch(configure, ear, model="shop.Order", carry=["note", "replaces"])
    order = Order.objects.create(name="Rice", note='two\nlines and a "quote"')
    Order.objects.create(name="Corn", replaces=order)
    Order.objects.filter(name="Rice").delete()
    assert carried(ear)[:2] == [
        {"note": 'two\nlines and a "quote"', "replaces_id": None},
        {"note": "", "replaces_id": str(order.pk)},
    ]


def test_values_of_many_rows_travel_with_their_own_keys(ear: Ear, configure: Configure) -> None:
    watch(configure, ear, model="shop.Counter", carry=["value"])
    run("INSERT INTO shop_counter (id, value) SELECT n, n * 2 FROM generate_series(1, 1200) AS n")
    run("UPDATE shop_counter SET value = value + 1 WHERE id > 600")
    told = [(int(message["uuid"]), message["carried"]["value"]) for message in ear.messages()]
    assert told == [
        *((n, n * 2) for n in range(1, 1201)),
        *((n, n * 2 + 1) for n in range(601, 1201)),
    ]


def test_a_deleted_rows_last_values_travel(ear: Ear, configure: Configure) -> None:
    watch(configure, ear, model="shop.Counter", carry=["value"])
    run("INSERT INTO shop_counter (id, value) VALUES (1, 7)")
    run("DELETE FROM shop_counter")
    assert carried(ear) == [{"value": 7}, {"value": 7}]


def test_a_childs_values_travel_when_its_parents_part_changes(ear: Ear, configure: Configure) -> None:
    # Pitfall 28
    watch(configure, ear, model="shop.Barge", carry=["load"])
    Barge.objects.create(load=7)
    ear.payloads()
    run("UPDATE shop_vessel SET name = 'Ada'")
    assert {message["model"]: message.get("carried") for message in ear.messages()} == {
        "barge": {"load": 7},
        "vessel": None,
    }


def test_the_project_stands_before_what_travels(ear: Ear, configure: Configure) -> None:
    watch(configure, ear, model="project.SchedulingUnit", carry=["name", "project_id"])
    project = Project.objects.create(name="Sky survey")
    ear.payloads()
    unit = SchedulingUnit.objects.create(project=project, name="Night one")
    (payload,) = ear.payloads()
    assert payload == (
        f'{{"status": "created", "model": "schedulingunit", "uuid": "{unit.pk.hex}",'
        f' "project": "{project.pk}", "carried": {{"name": "Night one"}}}}'
    )


def test_a_json_column_travels_on_one_line(ear: Ear, configure: Configure, alter: ReversibleStatement) -> None:
    change = "ALTER TABLE shop_order ALTER COLUMN note TYPE {} USING {}"
    alter(change.format("json", "to_json(note)"), change.format("text", "note::text"))
    watch(configure, ear, model="shop.Order", carry=["note"])
    row = "INSERT INTO shop_order (id, name, note, updated_at) VALUES (%s, 'Rice', %s, now())"
    run(row, UUID(int=1), '{"a":\n1}')
    (payload,) = ear.payloads()
    assert "\n" not in payload
    assert json.loads(payload)["carried"] == {"note": {"a": 1}}


@only_by_notifications
def test_what_notify_cannot_carry_is_left_at_home(ear: Ear, configure: Configure) -> None:
    # Pitfall 41
    watch(configure, ear, model="shop.Order", carry=["note"])
    order = Order.objects.create(name="Rice", note="x" * 8000)
    assert ear.payloads() == [f'{{"status": "created", "model": "order", "uuid": "{order.pk.hex}"}}']


@only_by_the_log
def test_what_is_too_long_for_the_log_is_left_at_home(ear: Ear, configure: Configure) -> None:
    watch(configure, ear, model="shop.Order", carry=["note"])
    Order.objects.bulk_create([Order(name="Rice", note="x" * 16000), Order(name="Corn", note="x" * 17000)])
    assert [value and len(value["note"]) for value in carried(ear)] == [16000, None]


def test_a_dict_and_a_name_for_one_table_are_one_watch(ear: Ear, configure: Configure) -> None:
    # Pitfall 29
    configure(WATCH=[{"model": "shop.Counter", "carry": ["value"]}, "shop", "project"])
    ear.payloads()
    Counter.objects.create(value=7)
    assert carried(ear) == [{"value": 7}]


@pytest.mark.django_db
def test_nothing_is_missing_where_an_operation_is_not_told(configure: Configure) -> None:
    configure(WATCH=["project", "shop", {"model": "shop.Counter", "operations": ["update"]}])
    found = run(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'shop_counter'::regclass AND NOT tgisinternal ORDER BY 1"
    )
    assert found == ["rowcast_truncate", "rowcast_update"]
