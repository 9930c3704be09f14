"""Odd tables, one for each condition that was met in the field."""

import uuid

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
