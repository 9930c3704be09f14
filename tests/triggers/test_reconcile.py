"""Wanted against installed, as values: no database."""

from dataclasses import replace
from typing import Any

import pytest

from triggers.facts import Definition, InstalledTrigger, Operation, Table
from triggers.reconcile import Standing, State, standings, trigger_matches

TABLE = Table(oid=1, schema="public", name="item", kind="r", columns={"id": "uuid"}, writable_columns=["id"])
WANTED = Definition(
    table=TABLE,
    operation=Operation.UPDATE,
    trigger="rowcast_update",
    function="rowcast_update_x_v1",
    body="BEGIN END",
    counter="",
    config=("search_path=pg_catalog",),
    enabled="O",
    function_sql=(),
    trigger_sql=(),
)
INSTALLED = InstalledTrigger(
    table_oid=1,
    schema="public",
    table="item",
    trigger="rowcast_update",
    enabled="O",
    type=16,
    old_rows="old_rows",
    new_rows="new_rows",
    plain=True,
    function_schema="public",
    function="rowcast_update_x_v1",
    body="BEGIN END",
    security_definer=True,
    config=["search_path=pg_catalog"],
    is_public=False,
    is_visible=True,
    has_counter=False,
    untold=None,
    counted_since=None,
)

OTHER_TRIGGER: list[dict[str, Any]] = [
    {"type": 17},
    {"old_rows": None},
    {"new_rows": "other"},
    {"plain": False},
    {"enabled": "R"},
    {"enabled": "A"},
    {"function_schema": "other"},
    {"function": "rowcast_update_y_v1"},
]
OTHER_FUNCTION: list[dict[str, Any]] = [
    {"body": "BEGIN  END"},
    {"security_definer": False},
    {"config": None},
    {"config": ["search_path=public"]},
]


def only(found: list[Standing]) -> Standing:
    (standing,) = found
    return standing


def test_the_same_is_installed_and_needs_no_work() -> None:
    standing = only(standings([WANTED], [INSTALLED]))
    assert (standing.state, standing.needs_work) == (State.INSTALLED, False)


def test_what_is_not_there_is_missing() -> None:
    standing = only(standings([WANTED], []))
    assert (standing.state, standing.needs_work, standing.installed) == (State.MISSING, True, None)


def test_what_nobody_wants_is_unwatched() -> None:
    standing = only(standings([], [INSTALLED]))
    assert (standing.state, standing.needs_work, standing.wanted) == (State.UNWATCHED, True, None)


@pytest.mark.parametrize("change", [*OTHER_TRIGGER, *OTHER_FUNCTION])
def test_whatever_differs_is_outdated(change: dict[str, Any]) -> None:
    standing = only(standings([WANTED], [replace(INSTALLED, **change)]))
    assert (standing.state, standing.needs_work) == (State.OUTDATED, True)


@pytest.mark.parametrize("change", OTHER_TRIGGER)
def test_another_trigger_must_be_replaced(change: dict[str, Any]) -> None:
    assert not trigger_matches(WANTED, replace(INSTALLED, **change))


@pytest.mark.parametrize("change", OTHER_FUNCTION)
def test_another_function_leaves_the_trigger_alone(change: dict[str, Any]) -> None:
    # Pitfall 10
    assert trigger_matches(WANTED, replace(INSTALLED, **change))


@pytest.mark.parametrize("change", [{}, *OTHER_FUNCTION])
def test_a_disabled_trigger_needs_no_work_whatever_else_differs(change: dict[str, Any]) -> None:
    # Pitfall 25
    standing = only(standings([WANTED], [replace(INSTALLED, enabled="D", **change)]))
    assert (standing.state, standing.needs_work) == (State.DISABLED, False)


def test_a_disabled_trigger_that_nobody_wants_is_unwatched() -> None:
    assert only(standings([], [replace(INSTALLED, enabled="D")])).state is State.UNWATCHED


def test_a_trigger_of_the_same_name_on_another_table_is_another_trigger() -> None:
    found = standings([WANTED], [replace(INSTALLED, table_oid=2, table="other")])
    assert [(it.state, it.table, it.table_oid) for it in found] == [
        (State.MISSING, "public.item", 1),
        (State.UNWATCHED, "public.other", 2),
    ]


def test_a_renamed_table_is_known_by_its_oid() -> None:
    standing = only(standings([WANTED], [replace(INSTALLED, table="before")]))
    assert (standing.state, standing.table) == (State.INSTALLED, "public.item")


def test_the_wanted_come_in_their_order_and_the_unwatched_last() -> None:
    insert = replace(WANTED, operation=Operation.INSERT, trigger="rowcast_insert")
    found = standings([WANTED, insert], [replace(INSTALLED, table_oid=2), INSTALLED])
    assert [it.state for it in found] == [State.INSTALLED, State.MISSING, State.UNWATCHED]


def test_a_standing_reads_as_trigger_on_table() -> None:
    assert str(only(standings([], [INSTALLED]))) == "rowcast_update on public.item"
