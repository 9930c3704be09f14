"""What one database should have and what it has: watches and settings in, standings out. Takes no lock that matters."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import router
from django.db.backends.base.base import BaseDatabaseWrapper

from triggers import catalog
from triggers.definitions import definitions
from triggers.facts import Definition, InstalledTrigger, Table
from triggers.reconcile import Standing, standings
from triggers.settings import load
from triggers.watches import Watch, resolve

log = logging.getLogger("rowcast.triggers")


class UnfitTableError(ValueError):
    """A watched table on which a trigger would fail every write."""


@dataclass(frozen=True, slots=True)
class Survey:
    """How every trigger stands, and which watched tables could not be looked at."""

    standings: list[Standing]
    problems: list[str]


def survey(connection: BaseDatabaseWrapper) -> Survey:
    """Every trigger of ours that is wanted or installed in this database.

    Raises WatchError for a name in `TRIGGERS["WATCH"]` that cannot be watched.
    """
    wanted: list[Definition] = []
    problems: list[str] = []
    for watch in resolve(load().watch):
        try:
            wanted += _definitions(connection, watch)
        except UnfitTableError as error:
            problems.append(str(error))
    schemas = _visible_schemas(connection) | {definition.table.schema for definition in wanted}
    return Survey(standings(wanted, _installed_in(connection, schemas)), problems)


def _definitions(connection: BaseDatabaseWrapper, watch: Watch) -> list[Definition]:
    table = _watched_table(connection, watch)
    if table is None:
        return []
    connection.ensure_connection()
    return definitions(watch, table, load(), connection.connection)


def _watched_table(connection: BaseDatabaseWrapper, watch: Watch) -> Table | None:
    """The watch's table, or None where it belongs to another database, is not there yet or can have no trigger."""
    options = watch.model._meta
    if not router.allow_migrate(connection.alias, options.app_label, model_name=options.model_name):
        return None
    table = catalog.find_table(connection, watch.db_table)
    if table is None:
        log.debug("%s has no table in database %r: no triggers yet", options.label, connection.alias)
        return None
    if not table.can_have_triggers:
        log.warning("%s is a view or a foreign table, not a table: it is not watched", table)
        return None
    if watch.key_column not in table.columns:
        raise UnfitTableError(
            f"Table {table} has no column {watch.key_column!r}, the primary key of {options.label}, so a trigger"
            " on it would fail every write. Migrate the table, or take the model out of TRIGGERS['WATCH']."
        )
    return table


def _visible_schemas(connection: BaseDatabaseWrapper) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(current_schemas(false))")
        return {schema for (schema,) in cursor.fetchall()}


def _installed_in(connection: BaseDatabaseWrapper, schemas: set[str]) -> Iterator[InstalledTrigger]:
    """Another project may live in another schema of this database; its triggers are its own affair."""
    return (found for found in catalog.installed_triggers(connection) if found.schema in schemas)
