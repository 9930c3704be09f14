"""Makes the database's triggers what the settings ask for, table by table, waiting for nobody longer than it must.

Each table is one transaction: what is as it should be is not touched, and a table that is busy
keeps its old triggers and is reported, while the others are done.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import psycopg2
from django.core.management.base import CommandError
from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg2 import errors, sql

from triggers import catalog
from triggers.bodies import TRIAL
from triggers.facts import Definition, InstalledTrigger
from triggers.locks import LOCK_ATTEMPTS, LOCK_TIMEOUT, in_turn, try_repeatedly
from triggers.log import LOG
from triggers.log_install import LogError, drop_log, make_log
from triggers.reconcile import Standing, State, standings, trigger_matches
from triggers.smoke import statement_of_no_row
from triggers.survey import Survey, survey

TOLERATED_BY_CREATE = ["AccessShareLock", "RowShareLock"]
"""CREATE TRIGGER takes ShareRowExclusiveLock, which readers don't hinder (manual, "Explicit Locking")."""

log = logging.getLogger("rowcast.triggers")


class TriggersError(CommandError):
    """Triggers could not be made as wanted; the message says which, and what to do."""


@dataclass(slots=True)
class Report:
    """What was done, as `trigger on table`; of the change log, its name."""

    made: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    disabled: list[str] = field(default_factory=list)
    logs_made: list[str] = field(default_factory=list)
    logs_removed: list[str] = field(default_factory=list)


def reconcile(connection: BaseDatabaseWrapper) -> Report:
    """Install what is missing, replace what is outdated, remove what is no longer watched.

    Raises TriggersError after every table was tried, if one of them could not be done.
    """
    found = survey(connection)
    problems = list(found.problems)
    report = Report(disabled=[str(it) for it in found.standings if it.state is State.DISABLED])
    _make_log(connection, found, report)
    for of_one_table in _by_table(found.standings):
        try:
            _reconcile_table(connection, of_one_table, report)
        except TriggersError as error:
            problems.append(str(error))
    _drop_orphans(connection)
    if not problems and found.log is not None and found.log.state is State.UNWATCHED:
        _drop_log(connection, found.log.schema, report)
    if problems:
        raise TriggersError("\n".join(problems))
    return report


def remove(connection: BaseDatabaseWrapper) -> Report:
    """Drop every trigger, function, counter and change log of ours in this database."""
    report = Report()
    installed = [Standing(State.UNWATCHED, None, found) for found in catalog.installed_triggers(connection)]
    for of_one_table in _by_table(installed):
        _try_repeatedly(connection, of_one_table, report)
    _drop_orphans(connection)
    with connection.cursor() as cursor:
        schemas = catalog.log_schemas(cursor)
    for schema in schemas:
        _drop_log(connection, schema, report)
    return report


def _make_log(connection: BaseDatabaseWrapper, found: Survey, report: Report) -> None:
    """Before the triggers: a function is tried out as soon as it is made."""
    if found.log is None:
        return
    try:
        if make_log(connection, found.log, found.log_sql):
            report.logs_made.append(str(found.log))
    except LogError as error:
        raise TriggersError(str(error)) from error


def _drop_log(connection: BaseDatabaseWrapper, schema: str, report: Report) -> None:
    try:
        if drop_log(connection, schema):
            report.logs_removed.append(f"{schema}.{LOG}")
    except LogError as error:
        raise TriggersError(str(error)) from error


def _by_table(every: Sequence[Standing]) -> Iterator[list[Standing]]:
    ordered = sorted(every, key=lambda it: it.table_oid)
    return (list(group) for _, group in groupby(ordered, lambda it: it.table_oid))


def _reconcile_table(connection: BaseDatabaseWrapper, before: Sequence[Standing], report: Report) -> None:
    """Do one table's work, if it has any, looked at anew once no other migration is at it."""
    if not any(it.needs_work for it in before):
        return
    wanted = [it.wanted for it in before if it.wanted is not None]
    with in_turn(connection):
        installed = catalog.installed_triggers(connection, before[0].table_oid)
        work = [it for it in standings(wanted, installed) if it.needs_work]
        if work:
            _try_repeatedly(connection, work, report)


def _try_repeatedly(connection: BaseDatabaseWrapper, work: Sequence[Standing], report: Report) -> None:
    """Do the work of one table, which keeps what it has where that fails."""

    def do(cursor: CursorWrapper) -> None:
        for standing in work:
            if standing.wanted is not None:
                _make(cursor, standing.wanted, standing.installed)
            elif standing.installed is not None:
                _drop(cursor, standing.installed)

    try:
        is_done = try_repeatedly(connection, work[0].table, do)
    except DatabaseError as error:
        raise TriggersError(_refused(work[0].table, error)) from error
    if not is_done:
        raise TriggersError(_busy(connection, work))
    report.made += [str(it) for it in work if it.wanted is not None]
    report.removed += [str(it) for it in work if it.wanted is None]


def _make(cursor: CursorWrapper, wanted: Definition, installed: InstalledTrigger | None) -> None:
    """Replace the function, which locks no table; the trigger only if it differs itself; then fire it once."""
    for statement in wanted.function_sql:
        cursor.execute(statement)
    if installed is None or not trigger_matches(wanted, installed):
        for statement in wanted.trigger_sql:
            cursor.execute(statement)
    _try_out(cursor, wanted)


def _try_out(cursor: CursorWrapper, made: Definition) -> None:
    """Fire it with a statement of no row, which the application's own triggers may refuse: that is their affair."""
    statement = statement_of_no_row(made)
    if statement is None:
        return
    try:
        with transaction.atomic(using=cursor.db.alias):
            cursor.execute("SELECT set_config(%s, 'on', true)", [TRIAL])
            cursor.execute(statement)
            cursor.execute("SELECT set_config(%s, 'off', true)", [TRIAL])
    except DatabaseError as error:
        context = error.__cause__.diag.context if isinstance(error.__cause__, psycopg2.Error) else None
        if isinstance(error.__cause__, errors.LockNotAvailable) or made.function in (context or ""):
            raise
        log.info("%s on %s was not tried out: %s", made.trigger, made.table, error)


def _drop(cursor: CursorWrapper, installed: InstalledTrigger) -> None:
    cursor.execute(
        sql.SQL("DROP TRIGGER IF EXISTS {} ON {}").format(
            sql.Identifier(installed.trigger), sql.Identifier(installed.schema, installed.table)
        )
    )


def _drop_orphans(connection: BaseDatabaseWrapper) -> None:
    """Functions that no trigger calls, then counters that no function counts with."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for schema, function in catalog.orphaned_functions(cursor):
            cursor.execute(sql.SQL("DROP FUNCTION IF EXISTS {}()").format(sql.Identifier(schema, function)))
        for schema, counter in catalog.orphaned_counters(cursor):
            cursor.execute(sql.SQL("DROP SEQUENCE IF EXISTS {}").format(sql.Identifier(schema, counter)))


def _busy(connection: BaseDatabaseWrapper, work: Sequence[Standing]) -> str:
    tolerated = TOLERATED_BY_CREATE if all(it.wanted for it in work) else []
    with connection.cursor() as cursor:
        holders = catalog.lock_holders(cursor, work[0].table_oid, tolerated)
    pids = ", ".join(map(str, holders)) or "gone meanwhile"
    return (
        f"Table {work[0].table} is busy: no lock on it within {LOCK_ATTEMPTS} × {LOCK_TIMEOUT}. Held by the backends"
        f" with pid {pids}. Its triggers are as before. Wait for those transactions, or end them"
        " (SELECT pg_terminate_backend(pid)), and migrate again."
    )


def _refused(table: str, error: DatabaseError) -> str:
    message = f"Triggers on table {table} could not be made and are as before: {str(error).strip()}"
    if isinstance(error.__cause__, errors.InsufficientPrivilege):
        message += "\nMigrate as the owner of the table, who may create functions in its schema."
    return message
