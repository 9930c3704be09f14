"""Random statements on partitions, on children and their parents, and on many-to-many tables, beside a model."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.triggers.conftest import run
from tests.triggers.ears import Ear

KEYS = st.sets(st.integers(1, 4), min_size=1)
REGIONS = st.sampled_from(["a", "b", "c", "cc", "z"])
LEAVES = {
    "a": "shop_reading_a",
    "b": '"else""where"."b%%"',
    "c": "shop_reading_c1",
    "cc": "shop_reading_c2",
    "z": "shop_reading_rest",
}
Told = set[tuple[str, str, int]]


@dataclass
class Tables:
    """What the tables hold, by the last digit of the key; each method runs one transaction and says what it tells."""

    readings: dict[int, tuple[str, int]] = field(default_factory=dict)
    vessels: dict[int, int] = field(default_factory=dict)
    barges: set[int] = field(default_factory=set)
    ports: set[int] = field(default_factory=set)

    def put_readings(self, keys: set[int], region: str) -> Told:
        """Through the root: new rows are made, the others are moved, if they are elsewhere."""
        new, moved = (
            keys - self.readings.keys(),
            {key for key in keys if self.readings.get(key, (region,))[0] != region},
        )
        with transaction.atomic():
            run("UPDATE shop_reading SET region = %s WHERE id = ANY (%s::uuid[])", region, uuids(keys))
            run("INSERT INTO shop_reading (id, region) SELECT unnest(%s::uuid[]), %s", uuids(new), region)
        self.readings |= {key: (region, self.readings.get(key, ("", 0))[1]) for key in keys}
        return told("created", "reading", new) | told("updated", "reading", moved)

    def set_readings(self, keys: set[int], n: int, region: str | None) -> Told:
        """Through the root, or straight into the partition of a region."""
        table = LEAVES[region] if region else "shop_reading"
        hit = {key for key in keys & self.readings.keys() if region in {None, self.readings[key][0]}}
        changed = {key for key in hit if self.readings[key][1] != n}
        run(f"UPDATE {table} SET n = %s WHERE id = ANY (%s::uuid[])", n, uuids(keys))
        self.readings |= {key: (self.readings[key][0], n) for key in hit}
        return told("updated", "reading", changed)

    def delete_readings(self, keys: set[int]) -> Told:
        run("DELETE FROM shop_reading WHERE id = ANY (%s::uuid[])", uuids(keys))
        return told("deleted", "reading", {key for key in keys if self.readings.pop(key, None)})

    def make_vessels(self, keys: set[int], barges: set[int]) -> Told:
        """Some of them barges."""
        new = keys - self.vessels.keys()
        with transaction.atomic():
            run("INSERT INTO shop_vessel (id, name) SELECT unnest(%s::uuid[]), '0'", uuids(new))
            run("INSERT INTO shop_barge (vessel_ptr_id, load) SELECT unnest(%s::uuid[]), 0", uuids(new & barges))
        self.vessels |= dict.fromkeys(new, 0)
        self.barges |= new & barges
        return told("created", "vessel", new) | told("created", "barge", new & barges)

    def name_vessels(self, keys: set[int], name: int) -> Told:
        """The parent's table alone."""
        changed = {key for key in keys & self.vessels.keys() if self.vessels[key] != name}
        run("UPDATE shop_vessel SET name = %s WHERE id = ANY (%s::uuid[])", str(name), uuids(keys))
        self.vessels |= dict.fromkeys(changed, name)
        return told("updated", "vessel", changed) | told("updated", "barge", changed & self.barges)

    def toggle_port(self, keys: set[int]) -> Told:
        """What calls at the port calls no more, and the others do."""
        known = keys & self.vessels.keys()
        with transaction.atomic():
            run("DELETE FROM shop_vessel_ports WHERE vessel_id = ANY (%s::uuid[])", uuids(known & self.ports))
            port = "(SELECT id FROM shop_port LIMIT 1)"
            new = uuids(known - self.ports)
            run(f"INSERT INTO shop_vessel_ports (vessel_id, port_id) SELECT unnest(%s::uuid[]), {port}", new)
        self.ports ^= known
        return told("updated", "vessel", known) | told("updated", "barge", known & self.barges)

    def empty_vessels(self) -> Told:
        run("TRUNCATE shop_vessel CASCADE")
        self.vessels, self.barges, self.ports = {}, set(), set()
        return {("resync", model, 0) for model in ("vessel", "barge", "ship", "frigate", "call")}


Step = Callable[[Tables], Told]

STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(lambda keys, region: lambda it: it.put_readings(keys, region), KEYS, REGIONS),
    st.builds(
        lambda keys, n, region: lambda it: it.set_readings(keys, n, region),
        KEYS,
        st.integers(0, 1),
        REGIONS | st.none(),
    ),
    st.builds(lambda keys: lambda it: it.delete_readings(keys), KEYS),
    st.builds(lambda keys, barges: lambda it: it.make_vessels(keys, barges), KEYS, KEYS),
    st.builds(lambda keys, name: lambda it: it.name_vessels(keys, name), KEYS, st.integers(0, 1)),
    st.builds(lambda keys: lambda it: it.toggle_port(keys), KEYS),
    st.just(Tables.empty_vessels),
)


def uuids(keys: set[int]) -> list[str]:
    return [str(UUID(int=key)) for key in sorted(keys)]


def told(status: str, model: str, keys: set[int]) -> Told:
    return {(status, model, key) for key in keys}


def heard(ear: Ear) -> list[tuple[str, str, int]]:
    """Status, model and key of every message, sorted; 0: none."""
    return sorted((it["status"], it["model"], UUID(it["uuid"]).int if it["uuid"] else 0) for it in ear.messages())


@pytest.mark.usefixtures("readings")
@given(steps=st.lists(STEPS, min_size=1, max_size=12))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_transaction_tells_what_it_changed_and_nothing_else(ear: Ear, steps: list[Step]) -> None:
    # Pitfall 11, 14, 15, 22, 23, 28, 30
    run("DELETE FROM shop_reading")
    run("TRUNCATE shop_vessel, shop_port CASCADE")
    run("INSERT INTO shop_port (name) VALUES ('Bergen')")
    tables = Tables()
    tables.put_readings({1, 2}, "a")
    tables.make_vessels({1, 2, 3}, barges={2, 3})
    ear.messages()
    for step in steps:
        expected = step(tables)
        assert heard(ear) == sorted(expected)
