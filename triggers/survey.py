"""What one database should have and what it has: watches and settings in, standings out. Takes no lock that matters."""

import logging
from dataclasses import dataclass

from django.db import router
from django.db.backends.base.base import BaseDatabaseWrapper

from triggers import catalog
from triggers.definitions import definitions
from triggers.facts import Definition, Table
from triggers.reconcile import Standing, standings
from triggers.settings import load
from triggers.watches import Watch, resolve

log = logging.getLogger("rowcast.triggers")


class UnfitTableError(ValueError):
    """A watched table without what a message tells."""

    def __init__(self, message: str, table: Table) -> None:
        super().__init__(message)
        self.table = table


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
    left_alone: set[int] = set()
    for watch in resolve(load().watch):
        try:
            wanted += _definitions(connection, watch)
        except UnfitTableError as error:
            problems.append(str(error))
            left_alone.add(error.table.oid)
    # A table that the search_path does not find belongs to another project, or to another tenant of this one.
    oids = {definition.table.oid for definition in wanted}
    installed = [it for it in catalog.installed_triggers(connection) if it.table_oid not in left_alone]
    return Survey(standings(wanted, (it for it in installed if it.is_visible or it.table_oid in oids)), problems)


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
            f"Table {table} has no column {watch.key_column!r}, the primary key of {options.label}, so its messages"
            " could not say which row changed. Migrate the table, or take the model out of TRIGGERS['WATCH'].",
            table,
        )
    return table
