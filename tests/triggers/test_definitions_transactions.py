"""The triggers' SQL, as PostgreSQL runs it: order, rollbacks, and statements that PostgreSQL writes itself."""

from uuid import UUID

import pytest
from django.db import transaction

from project.models import Observation, Project, SchedulingUnit
from tests.shop.models import Counter, ExpressOrder, LoudOrder, Order
from tests.triggers.conftest import ReversibleStatement, run
from tests.triggers.ears import Ear
from triggers.settings import NOTIFY

PARENTS = (UUID(int=1), UUID(int=2))
CHILDREN = (UUID(int=11), UUID(int=12))


def told(ear: Ear) -> list[tuple[str, str, str]]:
    """Status, model and key of every message, sorted: no order is promised between tables."""
    return sorted((message["status"], message["model"], message["uuid"]) for message in ear.messages())


@pytest.fixture
def family(ear: Ear) -> None:
    """Two orders, and one that replaces each."""
    for number, (parent, child) in enumerate(zip(PARENTS, CHILDREN, strict=True)):
        Order.objects.create(id=parent, name=f"parent {number}")
        Order.objects.create(id=child, name=f"child {number}", replaces_id=parent)
    ear.payloads()


def let_the_database(rule: str, alter: ReversibleStatement) -> None:
    alter(
        "ALTER TABLE shop_order ADD CONSTRAINT shop_cascade FOREIGN KEY (replaces_id) REFERENCES shop_order " + rule,
        "ALTER TABLE shop_order DROP CONSTRAINT shop_cascade",
    )


def test_the_rows_of_an_insert_are_told_in_their_order(ear: Ear) -> None:
    run("INSERT INTO shop_counter (id, value) SELECT id, 0 FROM generate_series(5000, 1, -1) AS id")
    assert [int(message["uuid"]) for message in ear.messages()] == list(range(5000, 0, -1))


def test_the_rows_of_an_update_are_told_in_the_order_in_which_they_were_written(ear: Ear) -> None:
    run("INSERT INTO shop_counter (id, value) SELECT id, 0 FROM generate_series(1, 5000) AS id ORDER BY md5(id::text)")
    ear.payloads()
    run("SET work_mem = '64kB'")  # a hash join that has to spill loses the order, unless it is asked for
    run("SET enable_mergejoin = off")
    written = run("UPDATE shop_counter SET value = 1 RETURNING id")
    run("RESET work_mem")
    run("RESET enable_mergejoin")
    assert written != sorted(written)
    assert [int(message["uuid"]) for message in ear.messages()] == written


def test_the_statements_of_a_transaction_are_told_in_their_order(ear: Ear) -> None:
    with transaction.atomic():
        project = Project.objects.create(name="Sky survey")
        Counter.objects.create(pk=1)
        Project.objects.filter(pk=project.pk).update(name="Deep sky survey")
        Counter.objects.filter(pk=1).delete()
    heard = [(message["status"], message["model"]) for message in ear.messages()]
    assert heard == [("created", "project"), ("created", "counter"), ("updated", "project"), ("deleted", "counter")]


def test_a_row_that_changes_a_thousand_times_in_a_transaction_is_told_so_often_by_the_log(ear: Ear) -> None:
    # Pitfall 42: PostgreSQL drops a notification that the transaction has already made.
    Counter.objects.create(pk=1)
    ear.payloads()
    with transaction.atomic():
        for value in range(1, 1001):
            run("UPDATE shop_counter SET value = %s", value)
    assert ear.statuses() == ["updated"] * (1 if ear.delivery == NOTIFY else 1000)


def test_what_is_rolled_back_is_not_told(ear: Ear) -> None:
    # Pitfall 37
    with transaction.atomic():
        Project.objects.create(name="Sky survey")
        transaction.set_rollback(True)
    assert ear.payloads() == []


def test_what_a_savepoint_takes_back_is_not_told_and_the_rest_is(ear: Ear) -> None:
    # Pitfall 37
    with transaction.atomic():
        Counter.objects.create(pk=1)
        with transaction.atomic():
            Counter.objects.create(pk=2)
            transaction.set_rollback(True)
        Counter.objects.create(pk=3)
    assert [message["uuid"] for message in ear.messages()] == ["1", "3"]


def test_nothing_is_told_before_the_commit(ear: Ear) -> None:
    # Pitfall 37
    with transaction.atomic():
        Counter.objects.create(pk=1)
        assert ear.payloads() == []
    assert ear.statuses() == ["created"]


def test_djangos_set_null_updates_the_children(ear: Ear, family: None) -> None:  # noqa: ARG001
    # Pitfall 32
    Order.objects.get(pk=PARENTS[0]).delete()
    assert told(ear) == [("deleted", "order", PARENTS[0].hex), ("updated", "order", CHILDREN[0].hex)]


def test_djangos_cascade_tells_of_every_table(ear: Ear) -> None:
    # Pitfall 32
    unit = SchedulingUnit.objects.create(project=Project.objects.create(name="Sky survey"), name="Night one")
    Observation.objects.create(scheduling_unit=unit, target="Cassiopeia A")
    ear.payloads()
    Project.objects.all().delete()
    assert [(status, model) for status, model, _ in told(ear)] == [
        ("deleted", "observation"),
        ("deleted", "project"),
        ("deleted", "schedulingunit"),
    ]


def test_the_databases_set_null_updates_the_children(ear: Ear, family: None, alter: ReversibleStatement) -> None:  # noqa: ARG001
    # Pitfall 32: both children are updated by one statement of PostgreSQL's own each, within ours.
    let_the_database("ON DELETE SET NULL", alter)
    run("DELETE FROM shop_order WHERE replaces_id IS NULL")
    assert told(ear) == [
        *(("deleted", "order", key.hex) for key in PARENTS),
        *(("updated", "order", key.hex) for key in CHILDREN),
    ]


def test_the_databases_cascade_deletes_the_children(ear: Ear, family: None, alter: ReversibleStatement) -> None:  # noqa: ARG001
    # Pitfall 32
    let_the_database("ON DELETE CASCADE", alter)
    run("DELETE FROM shop_order WHERE replaces_id IS NULL")
    assert told(ear) == [("deleted", "order", key.hex) for key in (*PARENTS, *CHILDREN)]


def test_the_databases_cascade_of_a_new_key_updates_the_children(
    ear: Ear,
    family: None,  # noqa: ARG001
    alter: ReversibleStatement,
) -> None:
    # Pitfall 32
    let_the_database("ON UPDATE CASCADE", alter)
    run("UPDATE shop_order SET id = %s WHERE id = %s", UUID(int=3), PARENTS[0])
    assert told(ear) == [("updated", "order", UUID(int=3).hex), ("updated", "order", CHILDREN[0].hex)]


def test_a_child_of_a_concrete_parent_is_told_in_both_tables(ear: Ear) -> None:
    # Pitfall 27, 28: the child's own table has no key but the link to its parent.
    order = ExpressOrder.objects.create(name="Rice", courier="Ada")
    assert told(ear) == [("created", "expressorder", order.pk.hex), ("created", "order", order.pk.hex)]


def test_a_childs_own_column_is_told_with_the_parents_key(ear: Ear) -> None:
    # Pitfall 27
    order = ExpressOrder.objects.create(name="Rice")
    ear.payloads()
    ExpressOrder.objects.update(courier="Ada")
    assert told(ear) == [("updated", "expressorder", order.pk.hex)]


def test_a_write_through_a_proxy_is_told_once_as_its_concrete_model(ear: Ear) -> None:
    # Pitfall 29
    order = LoudOrder.objects.create(name="Rice")
    assert told(ear) == [("created", "order", order.pk.hex)]
