"""The body of a table's function: what it tells, as PL/pgSQL, from one template."""

from psycopg2 import sql

from triggers import departures, log_rows, notifications
from triggers.occasion import Occasion
from triggers.settings import DURABLE, WARN, TriggersSettings
from triggers.statements import statement
from triggers.tellings import Telling

TRIAL = "rowcast.trial"
"""While this setting of PostgreSQL's is on, no error is passed over: migrate tries a function out."""


def body(occasion: Occasion, settings: TriggersSettings) -> sql.Composed:
    """Everything that this operation tells, and what happens if it can't."""
    told = [_telling(occasion, it, settings) for it in occasion.told]
    return sql.SQL(statement("body")).format(
        variables=sql.SQL(statement("log_variables") if _is_logged(occasion, settings) else ""),
        tellings=sql.SQL("\n    ").join(told),
        on_error=_on_error(occasion) if settings.on_error == WARN and occasion.may_fail else sql.SQL(""),
    )


def _telling(occasion: Occasion, telling: Telling, settings: TriggersSettings) -> sql.Composed:
    if not occasion.may_fail:
        return departures.telling(occasion, telling.watch)
    if _is_logged(occasion, settings):
        return log_rows.telling(occasion, telling, settings)
    return notifications.telling(occasion, telling, settings)


def _is_logged(occasion: Occasion, settings: TriggersSettings) -> bool:
    return occasion.may_fail and settings.delivery == DURABLE


def _on_error(occasion: Occasion) -> sql.Composed:
    return sql.SQL(statement("warn_on_error")).format(
        trial=sql.Literal(TRIAL),
        table=sql.Literal(str(occasion.table)),
        hint=sql.Literal("manage.py triggers list counts them. Pages that show this table may be out of date."),
        counter=sql.Literal(occasion.counter),
    )
