"""A run: repeatable, heard, and at home in a plan that others write into."""

import threading
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.db import connection

from project.models import Clock, Observation, Project, Reservation, SchedulingUnit, Status
from project.simulation import store
from project.simulation.simulator import Options, Simulator
from tests.project.simulation.conftest import NOON
from tests.triggers.ears import Ear

TABLES = (Project, SchedulingUnit, Observation, Reservation)


def simulated(**options: Any) -> tuple[Simulator, list[str]]:  # noqa: ANN401 - as Options takes them
    """A run to its end, and what it said."""
    said: list[str] = []
    made = Simulator(Options(**{"seed": 1, "waits": False, "count": 150, **options}), said.append, said.append)
    made.run(threading.Event())
    return made, said


def tables() -> list[Any]:
    """Every row of the plan, and the plan's time."""
    rows = [list(table.objects.order_by("id").values()) for table in TABLES]
    return [*rows, Clock.objects.values_list("plan_time", "speed").get()]


def test_the_same_seed_and_start_make_the_same_changes_and_others_others(ear: Ear) -> None:
    runs = []
    for seed in (1, 1, 2):
        simulated(seed=seed, start=NOON)
        runs.append((tables(), ear.payloads()))
        store.clear()
        ear.payloads()
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_so_many_messages_are_heard_as_changes_were_made(ear: Ear) -> None:
    simulator, _ = simulated(start=NOON, count=400, rate=1_000)
    assert len(ear.payloads()) == simulator.changes


def test_the_count_is_of_what_follows_the_making_and_the_clock_stands_in_the_end(ear: Ear) -> None:
    _, said = simulated(start=NOON)
    assert "simulating from 2030-01-31 12:00" in said[0]
    assert 150 <= int(said[-1].split()[2]) < 300
    assert Clock.objects.get().speed == 0
    assert ear.payloads()


@pytest.mark.usefixtures("ear")
def test_a_plan_that_is_found_goes_on_with_other_keys_under_the_same_seed() -> None:
    simulated(start=NOON)
    projects, time = {*Project.objects.values_list("id")}, Clock.objects.get().plan_time
    _, said = simulated()
    assert f"from {time:%Y-%m-%d %H:%M}" in said[0]
    assert {*Project.objects.values_list("id")} == projects
    assert not [line for line in said if "database" in line]


@pytest.mark.usefixtures("ear")
def test_a_row_of_nothing_but_a_name_lives_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO project_observation (target, start) VALUES ('Typed', %s)", [NOON])
    simulated(start=NOON, count=300)
    assert Observation.objects.get(target="Typed").status not in {Status.DEFINED, Status.SCHEDULED}


MEDDLING: list[Callable[[], object]] = [
    lambda: Observation.objects.all().delete(),
    lambda: Project.objects.all().delete(),
    lambda: SchedulingUnit.objects.update(status=Status.CANCELLED),
    lambda: Project.objects.update(status=Status.CANCELLED),
    lambda: Observation.objects.update(status="what somebody typed", antenna_field="nowhere"),
    lambda: Observation.objects.update(stop=None),
    lambda: Observation.objects.update(recorded_bytes=2**63 - 1),
    lambda: Clock.objects.all().delete(),
    lambda: Reservation.objects.create(purpose="Storm"),
]


@pytest.mark.parametrize("meddle", MEDDLING)
def test_it_lives_with_what_others_do_in_the_middle_of_it(
    ear: Ear, meddle: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    read, calls = store.read_plan, count()

    def read_then_meddle(*arguments: Any) -> Any:  # noqa: ANN401 - as read_plan
        """Between its first read of the plan that it made, and the next write."""
        plan = read(*arguments)
        if next(calls) == 1:
            ear.payloads()
            meddle()
        return plan

    monkeypatch.setattr("project.simulation.simulator.LOOK_SECONDS", 0.0)
    monkeypatch.setattr("project.simulation.simulator.LOOK_SHARE", 1.0)
    monkeypatch.setattr(store, "read_plan", read_then_meddle)
    _, said = simulated(start=NOON, count=60)
    assert "stopped after" in said[-1]
