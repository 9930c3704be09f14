"""Many-to-many fields: what is added and removed is told of the row whose model declares the field."""

import pytest

from project.models import Project
from tests.shop.models import Barge, Call, Frigate, Port, Ship, Vessel
from tests.triggers.conftest import Configure, run
from tests.triggers.ears import Ear
from triggers.settings import NOTIFY

Told = list[tuple[str, str, str]]


def told(ear: Ear) -> Told:
    """Status, model and key of every message, sorted: no order is promised between tables."""
    return sorted((message["status"], message["model"], message["uuid"]) for message in ear.messages())


def updated(**keys: Vessel) -> Told:
    return sorted(("updated", name, row.pk.hex) for name, row in keys.items())


@pytest.fixture
def ports(ear: Ear) -> list[Port]:
    made = [Port.objects.create(name=name) for name in ("Bergen", "Cork", "Delft")]
    ear.payloads()
    return made


@pytest.fixture
def vessel(ear: Ear) -> Vessel:
    made = Vessel.objects.create()
    ear.payloads()
    return made


def ship(ear: Ear) -> Ship:
    made = Ship.objects.create()
    ear.payloads()
    return made


def test_what_is_added_is_told_once_for_the_row(ear: Ear, vessel: Vessel, ports: list[Port]) -> None:
    """Compatibility R13."""
    # Pitfall 30
    vessel.ports.add(*ports)
    assert told(ear) == updated(vessel=vessel)


def test_what_is_removed_is_told_once_for_the_row(ear: Ear, vessel: Vessel, ports: list[Port]) -> None:
    """Compatibility R13."""
    # Pitfall 30
    vessel.ports.add(*ports)
    ear.payloads()
    vessel.ports.remove(*ports[:2])
    assert told(ear) == updated(vessel=vessel)


def test_what_is_set_anew_is_told_once_for_the_row_and_each_statement(
    ear: Ear, vessel: Vessel, ports: list[Port]
) -> None:
    # Pitfall 30, 42: a DELETE and an INSERT, in one transaction.
    vessel.ports.set(ports[:2])
    ear.payloads()
    vessel.ports.set(ports[1:])
    assert told(ear) == updated(vessel=vessel) * (1 if ear.delivery == NOTIFY else 2)


def test_what_is_cleared_is_told_once_for_the_row(ear: Ear, vessel: Vessel, ports: list[Port]) -> None:
    # Pitfall 30
    vessel.ports.add(*ports)
    ear.payloads()
    vessel.ports.clear()
    assert told(ear) == updated(vessel=vessel)


def test_what_changes_nothing_is_not_told(ear: Ear, vessel: Vessel, ports: list[Port]) -> None:
    # Pitfall 11, 30
    vessel.ports.set(ports[:2])
    ear.payloads()
    vessel.ports.set(ports[:2])
    vessel.ports.add(ports[0])
    vessel.ports.remove(ports[2])
    Vessel.objects.create().ports.clear()
    assert [status for status, *_ in told(ear)] == ["created"]


def test_the_other_side_adds_and_tells_of_the_side_that_declares(ear: Ear, vessel: Vessel, ports: list[Port]) -> None:
    # Pitfall 30
    other = Vessel.objects.create()
    ear.payloads()
    ports[0].vessel_set.add(vessel, other)
    assert told(ear) == sorted([*updated(vessel=vessel), *updated(vessel=other)])


def test_the_deletion_of_the_declaring_side_ends_with_its_deletion(ear: Ear, vessel: Vessel, ports: list[Port]) -> None:
    # Pitfall 30: Django empties the table between first, when the row is still there.
    vessel.ports.add(*ports)
    ear.payloads()
    vessel.delete()
    assert ear.statuses() == ["updated", "deleted"]


def test_the_deletion_of_the_other_side_is_an_update(ear: Ear, vessel: Vessel, ports: list[Port]) -> None:
    # Pitfall 30
    vessel.ports.add(*ports)
    ear.payloads()
    key = str(ports[0].pk)
    ports[0].delete()
    assert told(ear) == sorted([("deleted", "port", key), *updated(vessel=vessel)])


def test_a_symmetrical_field_tells_of_both_rows(ear: Ear) -> None:
    # Pitfall 30
    one, other = ship(ear), ship(ear)
    one.consorts.add(other)
    assert told(ear) == sorted([*updated(ship=one), *updated(ship=other)])


def test_a_field_with_a_direction_tells_of_the_row_that_it_starts_from(ear: Ear) -> None:
    # Pitfall 30
    one, other = ship(ear), ship(ear)
    one.chases.add(other)
    assert told(ear) == updated(ship=one)


def test_another_apps_model_may_be_on_the_other_side(ear: Ear) -> None:
    # Pitfall 30
    sponsor, one = Project.objects.create(name="Sky survey"), ship(ear)
    ear.payloads()
    one.sponsors.add(sponsor)
    assert told(ear) == updated(ship=one)


def test_a_field_of_an_abstract_base_tells_of_its_heir(ear: Ear, ports: list[Port]) -> None:
    # Pitfall 30
    barge = Barge.objects.create()
    ear.payloads()
    barge.flags.add(*ports)
    assert told(ear) == updated(barge=barge)


def test_a_parents_field_tells_of_the_parent_and_of_the_child(ear: Ear, ports: list[Port]) -> None:
    # Pitfall 28, 30
    barge = Barge.objects.create()
    ear.payloads()
    barge.ports.add(*ports)
    assert told(ear) == updated(barge=barge, vessel=barge)


def test_a_through_model_that_is_written_out_tells_of_itself_alone(ear: Ear, ports: list[Port]) -> None:
    # Pitfall 30
    frigate = Frigate.objects.create()
    ear.payloads()
    call = Call.objects.create(frigate=frigate, port=ports[0])
    assert told(ear) == [("created", "call", str(call.pk))]


def test_a_model_named_alone_includes_its_many_to_many_tables(
    ear: Ear, vessel: Vessel, ports: list[Port], configure: Configure
) -> None:
    # Pitfall 30
    configure(WATCH=["shop.Vessel"])
    vessel.ports.add(*ports)
    assert told(ear) == updated(vessel=vessel)


def test_a_many_to_many_table_that_is_named_tells_of_itself_too(
    ear: Ear, vessel: Vessel, ports: list[Port], configure: Configure
) -> None:
    # Pitfall 29, 30
    configure(WATCH=["shop.Vessel_ports", "shop.Vessel"])
    vessel.ports.add(ports[0])
    assert [(status, model) for status, model, _ in told(ear)] == [("created", "vessel_ports"), ("updated", "vessel")]


def test_raw_sql_that_hands_a_row_over_tells_of_both_sides(ear: Ear, vessel: Vessel, ports: list[Port]) -> None:
    # Pitfall 30
    other = Vessel.objects.create()
    vessel.ports.add(*ports)
    ear.payloads()
    run("UPDATE shop_vessel_ports SET vessel_id = %s WHERE port_id = %s", other.pk, ports[0].pk)
    assert told(ear) == sorted([*updated(vessel=vessel), *updated(vessel=other)])
