"""The `post_migrate` hook: after every migrate, the triggers are what `TRIGGERS["WATCH"]` asks for."""

import sys
from typing import TextIO

from django.apps import AppConfig
from django.db import connections

from triggers.install import reconcile
from triggers.visibility import anonymous_lines

SUMMARY, DETAIL = 1, 2
"""Values of `--verbosity`."""


def reconcile_after_migrate(
    sender: AppConfig,  # noqa: ARG001 - part of the signal
    using: str,
    verbosity: int = SUMMARY,
    stdout: TextIO | None = None,
    **_: object,
) -> None:
    """Called by Django once per migrate, flush or test database, and on databases that are not PostgreSQL too.

    Uses nothing that `flush` leaves out of the signal (`plan`, `apps`).
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    report = reconcile(connection)
    out = stdout or sys.stdout
    if verbosity >= SUMMARY:
        out.writelines(f"  Change log made: {name}.\n" for name in report.logs_made)
        out.writelines(f"  Change log dropped: {name}.\n" for name in report.logs_removed)
    if verbosity >= SUMMARY and (report.made or report.removed):
        out.write(f"  Triggers: {len(report.made)} made, {len(report.removed)} removed.\n")
    if verbosity >= SUMMARY:
        for name in report.disabled:
            out.write(f"  Disabled, and left so: {name}. ALTER TABLE … ENABLE TRIGGER switches it on.\n")
        out.writelines(f"  {line}.\n" for line in anonymous_lines(using))
    if verbosity >= DETAIL:
        for word, names in (("made", report.made), ("removed", report.removed)):
            out.writelines(f"    {word}: {name}\n" for name in names)
