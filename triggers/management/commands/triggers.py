"""`manage.py triggers`: what should be in the database, what is there, and the difference."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from triggers import changes
from triggers.install import TriggersError, remove
from triggers.reconcile import Standing, State
from triggers.survey import UNTOLD_HINT, Survey, survey
from triggers.visibility import anonymous_lines
from triggers.watch_entries import WatchError

DESCRIPTIONS = {
    "list": "every trigger and its state: installed, missing, outdated, disabled or unwatched",
    "check": "as list, but only what differs; exit status 1 if anything does",
    "sql": "print the SQL that migrate runs for the watched tables",
    "log": "the newest changes in the change log, the newest last",
    "remove": "drop every trigger, function and change log of Rowcast; the next migrate installs them again",
}

CARRIED_CHARACTERS = 80
"""Shown of what a row carries, which for many keys is long."""


class Command(BaseCommand):
    """Looks at the triggers that migrate installs."""

    help = "Looks at the triggers that `migrate` installs on the tables that TRIGGERS['WATCH'] names."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = "  ".join(f"{name}: {text}." for name, text in DESCRIPTIONS.items())
        parser.add_argument("action", choices=list(DESCRIPTIONS), help="what to do, see below")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="alias in DATABASES (default: %(default)s)")
        parser.add_argument(
            "--limit", type=_count, default=20, metavar="N", help="of log: so many rows (default: %(default)s)"
        )

    def handle(self, *_: Any, action: str, database: str, limit: int, **__: Any) -> None:
        connection = _postgres(database)
        if action == "remove":
            self._remove(connection)
            return
        if action == "log":
            self._log(connection, limit)
            return
        found = _survey(connection)
        {"list": self._list, "check": self._check, "sql": self._sql}[action](found)
        if action != "sql":
            self.stdout.writelines(f"{line}.\n" for line in anonymous_lines(database))
        if found.problems:
            raise TriggersError("\n".join(found.problems))

    def _list(self, found: Survey) -> None:
        if not found.standings:
            self.stdout.write("No table is watched: TRIGGERS['WATCH'] is empty, or its tables are not migrated yet.")
        self._list_standings(found.standings)
        for untold in found.untold:
            self.stdout.write(self.style.WARNING(untold))
        if found.untold:
            self.stdout.write(UNTOLD_HINT)

    def _list_standings(self, standings: list[Standing]) -> None:
        width = max((len(standing.table) for standing in standings), default=0)
        for standing in standings:
            line = f"{standing.table:{width}}  {standing.trigger:16}  {standing.state}"
            self.stdout.write(line if standing.state is State.INSTALLED else self.style.WARNING(line))

    def _check(self, found: Survey) -> None:
        different = [standing for standing in found.standings if standing.state is not State.INSTALLED]
        self._list_standings(different)
        for untold in found.untold:
            self.stdout.write(self.style.WARNING(untold))
        if different:
            raise CommandError(
                f"{len(different)} of {len(found.standings)} triggers are not as wanted."
                " `migrate` puts right all but the disabled ones."
            )
        if found.untold:
            raise CommandError(UNTOLD_HINT)
        self.stdout.write(f"All {len(found.standings)} triggers are installed.")

    def _sql(self, found: Survey) -> None:
        for statement in found.log_sql:
            self.stdout.write(f"{statement.strip()};\n\n")
        for standing in found.standings:
            if standing.wanted is not None:
                for statement in (*standing.wanted.function_sql, *standing.wanted.trigger_sql):
                    self.stdout.write(f"{statement.strip()};\n\n")

    def _log(self, connection: BaseDatabaseWrapper, limit: int) -> None:
        try:
            newest = changes.newest(connection, limit)
        except changes.MissingLogError as error:
            raise CommandError(str(error)) from error
        for row in newest:
            self.stdout.write("  ".join(_columns(row)).rstrip())
        if not newest:
            self.stdout.write("The change log is empty.")

    def _remove(self, connection: BaseDatabaseWrapper) -> None:
        report = remove(connection)
        self.stdout.write(
            f"{len(report.removed)} triggers removed. Their tables' changes reach nobody until `migrate`."
        )
        for log in report.logs_removed:
            self.stdout.write(f"The change log {log} is dropped, with what was not published.")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def _printable(key: str | None) -> str:
    """One word or line, whatever a key holds."""
    if key is None:
        return "every row"
    return key if key.isprintable() else repr(key)


def _columns(row: changes.LoggedChanges) -> list[str]:
    if row.count == 1:
        keys = _printable(row.first)
    else:
        keys = f"{row.count} keys ({_printable(row.first)} … {_printable(row.last)})"
    carried = row.carried or ""
    if len(carried) > CARRIED_CHARACTERS:
        carried = f"{carried[:CARRIED_CHARACTERS]}…"
    at = row.at.isoformat(sep=" ", timespec="milliseconds")
    return [str(row.id), at, row.xid, row.status, row.model, keys, carried]


def _postgres(alias: str) -> BaseDatabaseWrapper:
    if alias not in connections:
        raise CommandError(f"There is no database {alias!r} in DATABASES; there are: {', '.join(connections)}.")
    connection = connections[alias]
    if connection.vendor != "postgresql":
        raise CommandError(f"Database {alias!r} is {connection.vendor}; triggers need PostgreSQL 14 or newer.")
    return connection


def _survey(connection: BaseDatabaseWrapper) -> Survey:
    try:
        return survey(connection)
    except WatchError as error:
        raise CommandError(f"{error} {error.hint}") from error
