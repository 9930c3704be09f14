"""A made plan, and rows to make others of."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from uuid import UUID

import pytest

from project.models import AntennaField
from project.simulation.life import Life
from project.simulation.plan import Plan
from project.simulation.rows import ObservationRow, ProjectRow, ReservationRow, Status, UnitRow
from project.simulation.sky import LOFAR, Sky
from tests.triggers.ears import Ear, LogEar, connect

NOON = datetime(2030, 1, 31, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIELDS = AntennaField.values
SKY = Sky(LOFAR)
PROJECT = ProjectRow(UUID(int=1), "Sky survey", "", Status.DEFINED)
UNIT = UnitRow(UUID(int=2), PROJECT.id, "Night", Status.DEFINED)


def observation(number: int = 3, *, status: str = Status.DEFINED, start: datetime = NOON) -> ObservationRow:
    """Two hours of a target that is in no catalogue."""
    return ObservationRow(
        UUID(int=number), UNIT.id, "Here", None, None, AntennaField.CS002LBA, start, start + 2 * HOUR, status
    )


def reservation(start: datetime, hours: int, antenna_field: str = "") -> ReservationRow:
    return ReservationRow(UUID(int=9), "Storm", antenna_field, start, start + hours * HOUR, Status.SCHEDULED)


def made(seed: int = 1, now: datetime = NOON) -> tuple[Life, Plan]:
    """A plan as a simulator begins with it."""
    plan = Plan()
    life = Life(SKY, Random(seed), FIELDS, now)
    life.renew(plan, now)
    return life, plan


def faults(plan: Plan) -> list[str]:
    """Overlaps on a field, and observations whose target is too low or whose antennas are reserved."""
    found = []
    for field in FIELDS:
        rows = sorted((it for it in plan.observations.values() if it.antenna_field == field), key=lambda it: it.start)
        found += [f"{one} and {other} overlap" for one, other in pairwise(rows) if one.span.overlaps(other.span)]
        found += [f"{row} is too low" for row in rows if not SKY.is_visible(row.target, row.span)]
        found += [f"{row} is reserved" for row in rows if any(span.overlaps(row.span) for span in plan.reserved(field))]
    return found


@pytest.fixture
def ear(transactional_db: None) -> Iterator[Ear]:  # noqa: ARG001 - commits
    """Hears what the simulator's changes make PostgreSQL tell."""
    with closing(connect()) as listening:
        yield LogEar(listening)
