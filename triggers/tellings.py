"""What a change to each table tells, and of which model: the one description that every trigger is made from.

A row of a watched model's own table tells of itself. Part of such a row may live elsewhere: in the table of
a parent (multi-table inheritance), and, for a many-to-many field, in Django's own table between the two
models. A change there tells of the row that it belongs to, which is found by a route of hops.
Asks Django's models, never the database.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models

from triggers.facts import Operation
from triggers.watches import Watch, catalog_name

UPDATED = "updated"

OF_RELATED_ROWS = frozenset({Operation.INSERT, Operation.UPDATE, Operation.DELETE, Operation.TRUNCATE})
OF_PARENTS = frozenset({Operation.UPDATE, Operation.TRUNCATE})
OF_CHANGED_ROWS = frozenset({Operation.UPDATE, Operation.START, Operation.MOVE})


@dataclass(frozen=True, slots=True)
class Hop:
    """To the rows of a table whose column `match` holds the value that was reached so far."""

    db_table: str
    match: str
    reach: str = ""
    """The column of these rows that leads on; empty in the last hop, which arrives at the model's rows."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Of which model a changed row tells, and on which operations."""

    watch: Watch
    operations: frozenset[Operation] = frozenset(Operation)
    start: str = ""
    """The changed row's column whose value the first hop looks for."""
    route: tuple[Hop, ...] = ()
    """Empty: the changed row is itself the model's."""
    counted: tuple[str, ...] | None = None
    """The changed row's columns that count in an UPDATE; None: all."""

    def status(self, operation: Operation) -> str:
        """The word of the message."""
        return UPDATED if self.route and operation is not Operation.TRUNCATE else operation.status


@dataclass(frozen=True, slots=True)
class Source:
    """A table by the model whose it is, and all that its rows tell."""

    model: type[models.Model]
    tellings: list[Telling] = field(default_factory=list)


def sources(watches: Iterable[Watch]) -> list[Source]:
    """One source per table, in the order in which the watches need them."""
    found: dict[str, Source] = {}
    for watch in watches:
        for model, telling in _tellings(watch):
            source = found.setdefault(model._meta.db_table, Source(model))
            source.tellings.append(telling)
    return list(found.values())


_Ancestor = tuple[type[models.Model], Telling]


def _tellings(watch: Watch) -> Iterator[tuple[type[models.Model], Telling]]:
    """The tables that tell of this watch: its own, its parents' and those of the many-to-many fields of all of them."""
    counted = watch.counted(watch.model)
    operations = watch.operations if counted != () else watch.operations - OF_CHANGED_ROWS
    yield watch.model, Telling(watch, operations, counted=counted)
    if Operation.UPDATE not in watch.operations:
        return
    yield from _through_tables(watch.model, Telling(watch))
    for parent, telling in _parents(watch, watch.model):
        if telling.counted != ():
            yield parent, telling
        yield from _through_tables(parent, telling)


def _parents(watch: Watch, model: type[models.Model]) -> Iterator[_Ancestor]:
    """Every concrete ancestor, with the route from a row of its table to the watch's."""
    links: dict[type[models.Model], Any] = model._meta.parents
    for parent, link in links.items():
        arrival = Hop(model._meta.db_table, match=catalog_name(link.column))
        start = catalog_name(link.target_field.column)
        here = Telling(watch, OF_PARENTS, start, (arrival,), watch.counted(parent))
        yield parent, here
        for ancestor, telling in _parents(watch, parent):
            yield ancestor, _joined(telling, here)


def _through_tables(model: type[models.Model], onwards: Telling) -> Iterator[_Ancestor]:
    """The tables that Django made for this model's many-to-many fields; one that is written out is a model itself."""
    for many in model._meta.local_many_to_many:
        through: Any = many.remote_field.through
        if not through._meta.auto_created or not _counts(many, onwards.watch):
            continue
        link = through._meta.get_field(many.m2m_field_name())
        arrival = Hop(model._meta.db_table, match=catalog_name(link.target_field.column))
        telling = Telling(onwards.watch, OF_RELATED_ROWS, catalog_name(link.column), (arrival,))
        yield through, _joined(telling, onwards)


def _counts(many: Any, watch: Watch) -> bool:  # noqa: ANN401 - Django's ManyToManyField is generic
    return watch.columns is None or many.name in watch.columns


def _joined(first: Telling, onwards: Telling) -> Telling:
    """One route after the other. A hop that reaches what it looked for says nothing new and is left out."""
    if not onwards.route:
        return first
    *before, last = first.route
    last = replace(last, reach=onwards.start)
    kept = () if last.match == last.reach else (last,)
    return replace(first, route=(*before, *kept, *onwards.route))
