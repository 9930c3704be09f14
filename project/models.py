"""An observatory's plan: projects ask for scheduling units, whose observations the telescope makes.

Every default also stands in the database, so that an INSERT typed into psql needs no more than a name.
"""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now


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


class AntennaSet(models.TextChoices):
    """Which of the telescope's antennas are used."""

    HBA_DUAL = "HBA_DUAL"
    HBA_JOINED = "HBA_JOINED"
    LBA_OUTER = "LBA_OUTER"
    LBA_SPARSE = "LBA_SPARSE"


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
    """The telescope looks at a target for a while."""

    scheduling_unit = models.ForeignKey(
        SchedulingUnit, models.CASCADE, null=True, blank=True, related_name="observations"
    )
    target = models.CharField(max_length=128)
    antenna_set = models.CharField(
        max_length=16,
        choices=AntennaSet.choices,
        default=AntennaSet.HBA_DUAL,
        db_default=AntennaSet.HBA_DUAL,
    )
    start = models.DateTimeField(db_default=Now())
    stop = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["start", "id"]

    def __str__(self) -> str:
        return f"{self.target}, {self.start:%Y-%m-%d %H:%M}"


class Reservation(WithStatus):
    """A time in which antennas are not to be had: maintenance, a calibration, another observatory."""

    project = models.ForeignKey(Project, models.CASCADE, null=True, blank=True, related_name="reservations")
    purpose = models.CharField(max_length=128)
    start = models.DateTimeField(db_default=Now())
    stop = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["start", "id"]

    def __str__(self) -> str:
        return self.purpose
