"""An observatory's plan: projects ask for scheduling units, whose observations the telescope makes.

Every default also stands in the database, so that an INSERT typed into psql needs no more than a name.
"""

import uuid
from datetime import datetime
from typing import Self

from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone


class Status(models.TextChoices):
    """How far a piece of work is."""

    DEFINED = "defined"
    SCHEDULED = "scheduled"
    OBSERVING = "observing"
    OBSERVED = "observed"
    PROCESSING = "processing"
    FINISHED = "finished"
    ERROR = "error"
    CANCELLED = "cancelled"


class AntennaField(models.TextChoices):
    """Fields of antennas that can be pointed by themselves; LOFAR's names: a station, its low or high band."""

    CS002LBA = "CS002LBA", "CS002 LBA"
    CS002HBA0 = "CS002HBA0", "CS002 HBA0"
    CS002HBA1 = "CS002HBA1", "CS002 HBA1"
    CS004LBA = "CS004LBA", "CS004 LBA"
    CS004HBA0 = "CS004HBA0", "CS004 HBA0"
    CS004HBA1 = "CS004HBA1", "CS004 HBA1"
    RS106LBA = "RS106LBA", "RS106 LBA"
    RS106HBA = "RS106HBA", "RS106 HBA"
    RS503LBA = "RS503LBA", "RS503 LBA"
    RS503HBA = "RS503HBA", "RS503 HBA"
    DE601LBA = "DE601LBA", "DE601 LBA"
    DE601HBA = "DE601HBA", "DE601 HBA"


FASTEST = 10_000.0
"""Seconds of the plan in one of ours; faster, its rows would come and go within a moment."""


class PlanTime(models.Func):
    """The plan's time now, by the database: see Clock."""

    function = "project_plan_time"
    arity = 0
    output_field = models.DateTimeField()


class Clock(models.Model):
    """How time runs in the plan: `speed` seconds in one of ours, from `plan_time` on, which it was at `set_at`.

    There is one row or none; without it the plan's time is ours.
    """

    id = models.SmallIntegerField(primary_key=True, default=1, db_default=1, editable=False)
    plan_time = models.DateTimeField()
    set_at = models.DateTimeField()
    speed = models.FloatField(validators=[MinValueValidator(0.0), MaxValueValidator(FASTEST)])

    class Meta:
        verbose_name_plural = "clock"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="project_clock_is_one")]

    def __str__(self) -> str:
        return f"{self.plan_time:%Y-%m-%d %H:%M:%S}, {self.speed:g} times as fast as ours"

    @classmethod
    def current(cls) -> Self:
        """The one that runs, saved or not."""
        now = timezone.now()
        return cls.objects.first() or cls(plan_time=now, set_at=now, speed=1.0)

    def at(self, our_time: datetime) -> datetime:
        """The plan's time at this time of ours."""
        return self.plan_time + (our_time - self.set_at) * self.speed

    def when(self, plan_time: datetime) -> datetime:
        """Our time at this time of the plan's. Raises ZeroDivisionError for a clock that stands."""
        return self.set_at + (plan_time - self.plan_time) / self.speed


class WithStatus(models.Model):
    """A UUID as primary key, and a status."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.DEFINED, db_default=Status.DEFINED)

    class Meta:
        abstract = True


class Project(WithStatus):
    """Who asked for observations, and why."""

    name = models.CharField(max_length=128)
    description = models.TextField(blank=True, default="", db_default="")

    def __str__(self) -> str:
        return self.name


class SchedulingUnit(WithStatus):
    """Observations that belong together."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="scheduling_units")
    name = models.CharField(max_length=128)

    def __str__(self) -> str:
        return self.name


class Observation(WithStatus):
    """Antennas look at a target for a while."""

    scheduling_unit = models.ForeignKey(
        SchedulingUnit, models.CASCADE, null=True, blank=True, related_name="observations"
    )
    target = models.CharField(max_length=128)
    right_ascension = models.FloatField(null=True, blank=True, help_text="degrees, J2000")
    declination = models.FloatField(null=True, blank=True, help_text="degrees, J2000")
    antenna_field = models.CharField(
        max_length=16,
        choices=AntennaField.choices,
        default=AntennaField.CS002LBA,
        db_default=AntennaField.CS002LBA,
    )
    start = models.DateTimeField(db_default=PlanTime())
    stop = models.DateTimeField(null=True, blank=True)
    recorded_bytes = models.BigIntegerField(default=0, db_default=0, help_text="so far")

    class Meta:
        ordering = ["start", "id"]

    def __str__(self) -> str:
        return f"{self.target}, {self.start:%Y-%m-%d %H:%M}"


class Draft(models.Model):
    """An observation that schedulers consider. They see it on the page as it changes; nobody else is told of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    target = models.CharField(max_length=128)
    antenna_field = models.CharField(
        max_length=16,
        choices=AntennaField.choices,
        default=AntennaField.CS002LBA,
        db_default=AntennaField.CS002LBA,
    )
    start = models.DateTimeField(db_default=PlanTime())
    stop = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["start", "id"]

    def __str__(self) -> str:
        return f"{self.target}, {self.start:%Y-%m-%d %H:%M}, considered"


class Reservation(WithStatus):
    """A time in which antennas are not to be had: maintenance, a calibration, another observatory."""

    project = models.ForeignKey(Project, models.CASCADE, null=True, blank=True, related_name="reservations")
    purpose = models.CharField(max_length=128)
    antenna_field = models.CharField(
        max_length=16, choices=AntennaField.choices, blank=True, default="", db_default="", help_text="empty: all"
    )
    start = models.DateTimeField(db_default=PlanTime())
    stop = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["start", "id"]

    def __str__(self) -> str:
        return self.purpose
