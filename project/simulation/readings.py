"""`--rate`: beside the plan's life, so many readings of the recorded volume in each second of ours."""

from math import ceil
from random import Random

from django.db import connection
from psycopg2 import sql

from project.models import Observation
from project.simulation.course import FULL
from project.simulation.plan import Plan
from project.simulation.rows import Status

STATEMENTS_A_SECOND = 500
"""Up to this rate each reading is a statement and a transaction of its own; above, a statement has several."""
AT_ONCE_AT_MOST = 200
DEBT_SECONDS = 1.0
"""What could not be read in time is made up for, but for no more than this."""

READ = sql.SQL("UPDATE {} SET recorded_bytes = recorded_bytes + %s WHERE id = ANY (%s) AND recorded_bytes < %s").format(
    sql.Identifier(Observation._meta.db_table)
)


class Readings:
    """When the next statement is due, and what it reads. `changes` counts the readings."""

    def __init__(self, random: Random, rate: float) -> None:
        self._random = random
        self._at_once = max(1, ceil(rate / STATEMENTS_A_SECOND))
        self._rate = rate
        self.due_at = 0.0
        self.changes = 0

    def read(self, plan: Plan, now: float) -> None:
        """One statement. Running observations first; where there are too few for it, others."""
        keys = [row.id for row in plan.observations.values() if row.status == Status.OBSERVING]
        wanted = self._wanted(now)
        if len(keys) < wanted:
            keys += [key for key in plan.observations if key not in keys][: wanted - len(keys)]
        if keys:
            chosen = self._random.sample(keys, min(wanted, len(keys)))
            with connection.cursor() as cursor:
                cursor.execute(READ, [self._random.randint(1_000_000, 9_000_000), chosen, FULL])
                self.changes += cursor.rowcount
        self.due_at = max(self.due_at + wanted / self._rate, now - DEBT_SECONDS)

    def _wanted(self, now: float) -> int:
        """How many at once: above the rate of single statements, as many as are late too."""
        late = int((now - self.due_at) * self._rate) if self._at_once > 1 else 0
        return min(max(self._at_once, late), AT_ONCE_AT_MOST)
