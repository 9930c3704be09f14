"""What one database should have and what it has: watches and settings in, standings out. Takes no lock that matters."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import router
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2 import sql

from triggers import catalog
from triggers.definitions import definitions
from triggers.facts import FOREIGN, Definition, Table
from triggers.log import LEAF_NAMES, LOG
from triggers.log_definition import creation_sql
from triggers.occasion import Surroundings
from triggers.reconcile import LogStanding, Standing, State, log_standing, standings
from triggers.settings import DURABLE, load
from triggers.tellings import Source, Telling, sources
from triggers.watches import resolve

UNTOLD_HINT = (
    "The server's log has a WARNING with the cause of each. Then DROP SEQUENCE its rowcast_untold_…, and migrate:"
    " they are counted anew."
)

log = logging.getLogger("rowcast.triggers")

Trees = Mapping[str, Sequence[Table]]
"""`db_table` → the table, then its partitions."""


class UnfitTableError(ValueError):
    """A watched table without what a message tells, or with what no trigger of ours can stand."""

    def __init__(self, message: str, left_alone: Iterable[Table] = ()) -> None:
        super().__init__(message)
        self.left_alone = {table.oid for table in left_alone}


@dataclass(frozen=True, slots=True)
class Survey:
    """How the log and every trigger stand, and which watched tables could not be looked at."""

    log: LogStanding | None
    log_sql: list[str]
    """What makes the log; empty where none is wanted."""
    standings: list[Standing]
    problems: list[str]

    @property
    def bare_partitions(self) -> list[Table]:
        """Partitions that have none of the triggers that they should have: new ones, most likely."""
        states: dict[int, set[State]] = {}
        for it in self.standings:
            states.setdefault(it.table_oid, set()).add(it.state)
        tables = {it.table_oid: it.wanted.table for it in self.standings if it.wanted and it.wanted.table.is_partition}
        return [table for oid, table in tables.items() if states[oid] == {State.MISSING}]

    @property
    def untold(self) -> list[str]:
        """How many statements of each table told nothing for an error, where any did."""
        counts = {
            it.table: (it.installed.untold, it.installed.counted_since)
            for it in self.standings
            if it.installed is not None and it.installed.untold
        }
        return [
            f"{count} statement{'' if count == 1 else 's'} on {table} told nothing since {since}."
            for table, (count, since) in counts.items()
        ]


def survey(connection: BaseDatabaseWrapper) -> Survey:
    """Every trigger of ours that is wanted or installed in this database.

    Raises WatchError for a name in `TRIGGERS["WATCH"]` that cannot be watched.
    """
    found = sources(resolve(load().watch))
    trees = {source.model._meta.db_table: _tree(connection, source) for source in found}
    wanted: dict[int, tuple[Table, list[Telling]]] = {}
    problems: list[str] = []
    left_alone: set[int] = set()
    for source in found:
        try:
            for table, tellings in _told_by(source, trees):
                wanted.setdefault(table.oid, (table, []))[1].extend(tellings)
        except UnfitTableError as error:
            problems.append(str(error))
            left_alone |= error.left_alone
    # A table that the search_path does not find belongs to another project, or to another tenant of this one.
    installed = [it for it in catalog.installed_triggers(connection) if it.table_oid not in left_alone]
    ours = (it for it in installed if it.is_visible or it.table_oid in wanted)
    log, log_sql = _log(connection, is_wanted=bool(wanted) and load().delivery == DURABLE)
    return Survey(log, log_sql, standings(_definitions(connection, wanted.values(), trees), ours), problems)


def _log(connection: BaseDatabaseWrapper, *, is_wanted: bool) -> tuple[LogStanding | None, list[str]]:
    found = catalog.installed_log(connection)
    made = creation_sql(found.schema, connection.connection) if is_wanted else []
    return log_standing(found, is_wanted=is_wanted), made


def _definitions(
    connection: BaseDatabaseWrapper, wanted: Iterable[tuple[Table, Sequence[Telling]]], trees: Trees
) -> list[Definition]:
    schema = catalog.installed_log(connection).schema
    log, *leaves = (sql.Identifier(schema, name).as_string(connection.connection) for name in (LOG, *LEAF_NAMES))
    surroundings = Surroundings({db_table: tree[0] for db_table, tree in trees.items() if tree}, log, leaves)
    settings = load()
    return [
        definition
        for table, tellings in wanted
        for definition in definitions(table, tellings, surroundings, settings, connection.connection)
    ]


def _tree(connection: BaseDatabaseWrapper, source: Source) -> Sequence[Table]:
    """The source's table and its partitions; empty where it is another database's, or not there yet, or no table."""
    options = source.model._meta
    if not router.allow_migrate(connection.alias, options.app_label, model_name=options.model_name):
        return ()
    tree = catalog.find_tables(connection, options.db_table)
    if not tree:
        log.debug("%s has no table in database %r: no triggers yet", options.label, connection.alias)
        return ()
    if not tree[0].can_have_triggers:
        log.warning("%s is a view or a foreign table, not a table: it is not watched", tree[0])
        return ()
    return tree


def _told_by(source: Source, trees: Trees) -> Iterator[tuple[Table, list[Telling]]]:
    """The source's table and each of its partitions, with what they tell in this database. Raises UnfitTableError."""
    tree = trees[source.model._meta.db_table]
    tellings = [it for it in source.tellings if tree and all(trees[hop.db_table] for hop in it.route)]
    for telling in tellings:
        _require_columns(source, telling, trees)
    if tellings:
        _require_no_foreign_table(source, tree)
    for table in tree if tellings else ():
        yield table, tellings


def _require_columns(source: Source, telling: Telling, trees: Trees) -> None:
    """What a message tells must be there: a function without it would fail every write."""
    tree, label = trees[source.model._meta.db_table], telling.watch.model._meta.label
    if not telling.route and telling.watch.key_column not in tree[0].columns:
        raise UnfitTableError(
            f"Table {tree[0]} has no column {telling.watch.key_column!r}, the primary key of {label}, so its messages"
            " could not say which row changed. Migrate the table, or take the model out of TRIGGERS['WATCH'].",
            left_alone=tree,
        )
    needed = [(tree[0], telling.start), *((trees[hop.db_table][0], hop.match) for hop in telling.route)]
    for table, column in needed if telling.route else ():
        if column not in table.columns:
            raise UnfitTableError(
                f"Table {table} has no column {column!r}, which leads from {tree[0]} to the rows of {label}."
                " Migrate the table, or take the model out of TRIGGERS['WATCH'].",
                left_alone=tree,
            )


def _require_no_foreign_table(source: Source, tree: Sequence[Table]) -> None:
    """PostgreSQL collects no transition rows from foreign tables: it fails the statement that would need them."""
    for table in tree:
        if table.kind == FOREIGN:
            raise UnfitTableError(
                f"Table {tree[0]} has a foreign table among its partitions, {table}, and PostgreSQL fails writes to it"
                " where triggers like ours stand: the table is not watched, and has no triggers. Detach that partition,"
                f" or take {source.model._meta.label} out of TRIGGERS['WATCH']."
            )
