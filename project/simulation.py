"""Life for the page: changes of the plan, one a step, by every way in which applications write.

Chance comes in as a generator. A step may find nothing to change, or change several rows.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.db import connection, transaction
from django.db.models import F

from project.models import AntennaField, Observation, Project, Reservation, SchedulingUnit, Status

OBSERVATIONS = 40
TARGETS = (
    "3C 196",
    "3C 295",
    "Cygnus A",
    "Cassiopeia A",
    "Virgo A",
    "Tau A",
    "B1919+21",
    "NCP",
    "M 81",
    "Coma",
)
NEXT_STATUS = {
    Status.DEFINED: Status.SCHEDULED,
    Status.SCHEDULED: Status.OBSERVING,
    Status.OBSERVING: Status.OBSERVED,
    Status.OBSERVED: Status.PROCESSING,
    Status.PROCESSING: Status.FINISHED,
}


class Simulation:
    """A plan that goes on: observations advance, slip, fail, end and are followed by others."""

    def __init__(self, random: Random, now: Callable[[], datetime]) -> None:
        self._random = random
        self._now = now
        self._steps = [
            self._advance_by_orm,
            self._advance_by_update,
            self._advance_by_sql,
            self._slip,
            self._replace,
        ]

    def prepare(self) -> None:
        """Make a plan where there is none."""
        with transaction.atomic():
            project, _ = Project.objects.get_or_create(name="Sky survey")
            unit, _ = SchedulingUnit.objects.get_or_create(project=project, name="Night sky")
            Reservation.objects.get_or_create(
                purpose="Maintenance",
                defaults={"start": self._now(), "stop": self._now() + timedelta(hours=2)},
            )
            for _ in range(OBSERVATIONS - Observation.objects.count()):
                self._plan(unit)

    def step(self) -> None:
        """What chance chooses, by the way of writing that goes with it."""
        self._random.choice(self._steps)()

    def _advance_by_orm(self) -> None:
        if observation := self._unfinished():
            observation.status = self._next(observation)
            observation.save(update_fields=["status"])

    def _advance_by_update(self) -> None:
        if observation := self._unfinished():
            Observation.objects.filter(pk=observation.pk).update(status=self._next(observation))

    def _advance_by_sql(self) -> None:
        if observation := self._unfinished():
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE project_observation SET status = %s WHERE id = %s",
                    [self._next(observation), observation.pk],
                )

    def _slip(self) -> None:
        """A later start, for what has not begun."""
        delay = timedelta(minutes=self._random.randint(1, 30))
        waiting = Observation.objects.filter(status=Status.DEFINED).order_by("id")[:3]
        Observation.objects.filter(pk__in=[it.pk for it in waiting]).update(
            start=F("start") + delay, stop=F("stop") + delay
        )

    def _replace(self) -> None:
        """What is over makes room for something new."""
        over = Observation.objects.filter(status__in=[Status.FINISHED, Status.CANCELLED, Status.ERROR]).first()
        if over is not None:
            unit = over.scheduling_unit
            over.delete()
            self._plan(unit)

    def _plan(self, unit: SchedulingUnit | None) -> None:
        start = self._now() + timedelta(minutes=self._random.randint(0, 600))
        Observation.objects.create(
            scheduling_unit=unit,
            target=self._random.choice(TARGETS),
            antenna_field=self._random.choice(AntennaField.values),
            start=start,
            stop=start + timedelta(minutes=self._random.randint(10, 120)),
        )

    def _unfinished(self) -> Observation | None:
        unfinished = list(Observation.objects.filter(status__in=NEXT_STATUS).order_by("id"))
        return self._random.choice(unfinished) if unfinished else None

    def _next(self, observation: Observation) -> Status:
        if self._random.random() < 0.05:
            return self._random.choice([Status.ERROR, Status.CANCELLED])
        return NEXT_STATUS[Status(observation.status)]
