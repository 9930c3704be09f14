"""What each table tells of which model: no database."""

import pytest
from django.db import models

from tests.shop.models import Barge, Counter, Frigate, Insured, Order, Port, Ship, Vessel
from triggers.facts import Operation
from triggers.tellings import Hop, Source, Telling, sources
from triggers.watches import resolve


def told(*names: str) -> dict[str, list[Telling]]:
    """By table, all that it tells."""
    return {source.model._meta.db_table: source.tellings for source in sources(resolve(names))}


def routes(found: list[Telling]) -> list[tuple[str, str, tuple[Hop, ...]]]:
    return [(telling.watch.model_name, telling.start, telling.route) for telling in found]


def test_a_plain_models_table_tells_of_itself_and_no_other_does() -> None:
    (watch,) = resolve(["shop.Counter"])
    (source,) = sources([watch])
    assert source == Source(Counter, [Telling(watch)])
    assert source.tellings[0].operations == set(Operation)


def test_a_parents_table_tells_of_a_watched_child() -> None:
    # Pitfall 28
    found = told("shop.Barge")["shop_vessel"]
    assert routes(found) == [("barge", "id", (Hop("shop_barge", "vessel_ptr_id"),))]
    assert found[0].operations == {Operation.UPDATE, Operation.TRUNCATE}


def test_a_parents_table_tells_of_itself_too_where_it_is_watched() -> None:
    # Pitfall 28
    found = told("shop.Barge", "shop.Vessel")["shop_vessel"]
    assert {telling.watch.model for telling in found} == {Barge, Vessel}


def test_a_grandparents_row_leads_straight_to_a_grandchild_with_the_same_key() -> None:
    # Pitfall 28
    assert routes(told("shop.Frigate")["shop_vessel"]) == [("frigate", "id", (Hop("shop_frigate", "ship_ptr_id"),))]


def test_another_parents_row_leads_to_a_grandchild_over_the_child_that_links_them() -> None:
    # Pitfall 28
    over_ships = (Hop("shop_ship", "insured_ptr_id", "vessel_ptr_id"), Hop("shop_frigate", "ship_ptr_id"))
    assert routes(told("shop.Frigate")["shop_insured"]) == [("frigate", "policy", over_ships)]


def test_a_many_to_many_table_tells_of_the_model_that_declares_the_field() -> None:
    # Pitfall 30
    found = told("shop.Vessel")
    assert routes(found["shop_vessel_ports"]) == [("vessel", "vessel_id", (Hop("shop_vessel", "id"),))]


def test_a_many_to_many_table_of_a_parent_tells_of_its_children_too() -> None:
    # Pitfall 28, 30
    found = told("shop.Barge", "shop.Vessel")["shop_vessel_ports"]
    assert routes(found) == [
        ("barge", "vessel_id", (Hop("shop_barge", "vessel_ptr_id"),)),
        ("vessel", "vessel_id", (Hop("shop_vessel", "id"),)),
    ]


def test_a_many_to_many_table_with_itself_tells_of_the_side_that_has_the_field() -> None:
    # Pitfall 30
    assert routes(told("shop.Ship")["shop_ship_chases"]) == [
        ("ship", "from_ship_id", (Hop("shop_ship", "vessel_ptr_id"),))
    ]


def test_the_other_side_of_a_many_to_many_field_is_told_nothing() -> None:
    # Pitfall 30
    assert list(told("shop.Port")) == ["shop_port"]
    assert list(told("project.Project")) == ["project_project"]


def test_a_field_of_an_abstract_base_has_a_table_of_its_heirs() -> None:
    # Pitfall 30
    assert routes(told("shop.Barge")["shop_barge_flags"]) == [
        ("barge", "barge_id", (Hop("shop_barge", "vessel_ptr_id"),))
    ]


def test_a_through_model_that_is_written_out_tells_of_itself_where_it_is_watched() -> None:
    # Pitfall 30
    assert "shop_call" not in told("shop.Frigate")
    assert routes(told("shop.Call")["shop_call"]) == [("call", "", ())]


def test_an_app_includes_the_many_to_many_tables_of_its_models() -> None:
    # Pitfall 30
    assert {"shop_vessel_ports", "shop_ship_consorts", "shop_barge_flags"} <= set(told("shop"))


def test_a_proxy_tells_what_its_model_tells() -> None:
    # Pitfall 29
    assert told("shop.LoudOrder") == told("shop.Order")
    assert [telling.watch.model for telling in told("shop.LoudOrder")["shop_order"]] == [Order]


@pytest.mark.parametrize("model", [Frigate, Insured, Port, Ship])
def test_every_table_that_a_route_leads_over_is_a_source_itself(model: type[models.Model]) -> None:
    found = told(model._meta.label)
    hops = {hop.db_table for tellings in found.values() for it in tellings for hop in it.route}
    assert hops <= set(found)


@pytest.mark.parametrize("operation", Operation)
def test_a_related_row_is_updated_whatever_became_of_its_part(operation: Operation) -> None:
    (telling,) = told("shop.Barge")["shop_barge_flags"]
    assert telling.status(operation) == ("resync" if operation is Operation.TRUNCATE else "updated")
