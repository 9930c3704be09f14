"""Odd tables, one for each condition that was met in the field."""

import uuid

from django.conf import settings
from django.db import models


class Order(models.Model):
    """An ordinary table with a UUID as key, a json column, and a parent that may vanish."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=100, unique=True)
    note = models.TextField(default="")
    updated_at = models.DateTimeField(auto_now=True)
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, blank=True)


class ExpressOrder(Order):
    """Multi-table inheritance: its key is the link to its parent."""

    courier = models.CharField(max_length=100, default="")


class LoudOrder(Order):
    """A proxy shares its parent's table."""

    class Meta:
        proxy = True


class Counter(models.Model):
    """A bigint as key."""

    value = models.IntegerField(default=0)


class Slug(models.Model):
    """Text as key, as long as you like."""

    text = models.TextField(primary_key=True)


class Weird(models.Model):
    """Names that must be quoted, and columns called like aliases."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_column='we""ird key')
    n = models.IntegerField(default=0)
    changed = models.IntegerField(default=0, db_column="changed")
    message = models.IntegerField(default=0, db_column="message")
    image = models.IntegerField(default=0, db_column="image")
    position = models.IntegerField(default=0, db_column="position")
    after = models.IntegerField(default=0, db_column="after")
    before = models.IntegerField(default=0, db_column="before")
    size = models.IntegerField(default=0, db_column="Größe")

    class Meta:
        db_table = 'we""ird\'; DROP TABLE item; --'


class LongName(models.Model):
    """A table's name of 63 bytes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)

    class Meta:
        db_table = "a_name_that_is_as_long_as_postgresql_allows_which_is_63_bytes_x"


class Foreign(models.Model):
    """A table that migrate does not manage."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)

    class Meta:
        managed = False
        db_table = "shop_foreign"


class Pair(models.Model):
    """A composite primary key; not among those that `shop` stands for, see `tests.settings`."""

    left = models.IntegerField()
    right = models.IntegerField()
    pk = models.CompositePrimaryKey("left", "right")

    class Meta:
        managed = False
        db_table = "shop_pair"


class Elsewhere(models.Model):
    """A table in a schema that is not on the search path; migrate does not manage it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)

    class Meta:
        managed = False
        db_table = 'else""where"."item'


class Reading(models.Model):
    """A table in partitions, which the tests make; its key in the database has the partition's column too."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    region = models.TextField()
    n = models.IntegerField(default=0)

    class Meta:
        managed = False
        db_table = "shop_reading"


class Port(models.Model):
    """What others have many of."""

    name = models.CharField(max_length=100)


class Flagged(models.Model):
    """An abstract base with a many-to-many field: each heir has a table of its own for it."""

    flags = models.ManyToManyField(Port, related_name="+")

    class Meta:
        abstract = True


class Vessel(models.Model):
    """A parent of several children, with a many-to-many field."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=100, default="")
    ports = models.ManyToManyField(Port)


class Insured(models.Model):
    """A second parent, with a key of its own."""

    policy = models.UUIDField(primary_key=True, default=uuid.uuid4)
    premium = models.IntegerField(default=0)


class Ship(Vessel, Insured):
    """Two parents, of which the first gives the key; many-to-many with itself, and with another app's model."""

    masts = models.IntegerField(default=0)
    consorts = models.ManyToManyField("self")
    chases = models.ManyToManyField("self", symmetrical=False)
    sponsors = models.ManyToManyField("project.Project", related_name="+", db_constraint=False)


class Frigate(Ship):
    """A grandchild, and a through model that is written out."""

    guns = models.IntegerField(default=0)
    calls = models.ManyToManyField(Port, through="Call", related_name="+")


class Call(models.Model):
    """A through model with a name of its own is a model like others."""

    frigate = models.ForeignKey(Frigate, models.CASCADE)
    port = models.ForeignKey(Port, models.CASCADE)


class Barge(Flagged, Vessel):
    """The first parent's other child."""

    load = models.IntegerField(default=0)


class Letter(models.Model):
    """A row that belongs to users, by foreign keys and by a plain column."""

    writer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_constraint=False
    )
    reader = models.BigIntegerField(null=True)
    sender_name = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, to_field="username", related_name="+", db_constraint=False
    )
    order = models.ForeignKey(Order, models.SET_NULL, null=True)
    text = models.TextField(default="")
