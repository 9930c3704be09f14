"""System checks: what is wrong with `settings.TRIGGERS`, and with the triggers in the database."""

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's name
from django.db import connections
from psycopg2 import sql

from triggers import catalog, changes, earlier_triggers
from triggers.formats import FORMATS, FORMATS_HINT, RODAN, is_path
from triggers.reconcile import State
from triggers.settings import (
    CHANNEL_BYTES_AT_MOST,
    DELIVERIES,
    ERROR_POLICIES,
    SETTING_NAMES,
    configured,
    load,
)
from triggers.survey import UNTOLD_HINT, Survey, survey
from triggers.watch_entries import WatchError
from triggers.watches import resolve, resolve_name

KNOWN_VALUES: dict[str, list[Any]] = {
    "DELIVERY": sorted(DELIVERIES),
    "ON_ERROR": sorted(ERROR_POLICIES),
    "TRUNCATE": [True, False],
    "ENABLE_ALWAYS": [True, False],
}
LIMITS = {"RETENTION": "seconds", "LOG_BYTES_AT_MOST": "bytes", "LOG_SECONDS_AT_MOST": "seconds"}
"""Of the change log, with their units."""


@register()
def check_watch(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:  # noqa: ARG001, ANN401
    """E001 a name that does not exist, E002 a model without a fitting key, E006 a wrong dict, E007 a wrong column.

    E010 an owner that is no user.
    """
    return list(watch_errors())


@register()
def check_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:  # noqa: ARG001, ANN401
    """E003 the channel's name, E004 a key or a value that we don't know, E005 no PostgreSQL."""
    return [
        *_unknown_keys(),
        *_watch_list_errors(),
        *_channel_errors(),
        *_value_errors(),
        *_limit_errors(),
        *_vendor_errors(),
    ]


@register(Tags.database)
def check_installed(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001
    databases: Sequence[str] | None = None,
    **_: Any,  # noqa: ANN401
) -> list[CheckMessage]:
    """What stands in the way of messages, with migrate and `check --database`.

    W001 triggers that are not as wanted, W002 disabled ones, W003 unfit tables, W004 partitions without triggers,
    W005 statements that told nothing, W006 other triggers that make changes be told in the wrong order.
    """
    found: list[CheckMessage] = []
    for alias in databases or ():
        if connections[alias].vendor == "postgresql" and not any(watch_errors()):
            found += _standing_warnings(alias)
    return found


@register(Tags.database)
def check_log(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001
    databases: Sequence[str] | None = None,
    **_: Any,  # noqa: ANN401
) -> list[CheckMessage]:
    """W007 a change log beyond its limits, which a listener would have kept within them."""
    aliases = [alias for alias in databases or () if connections[alias].vendor == "postgresql"]
    return [warning for alias in aliases if not any(_limit_errors()) for warning in _log_warnings(alias)]


def _log_warnings(alias: str) -> Iterator[Warning]:
    try:
        found = changes.extent(connections[alias])
    except changes.MissingLogError:
        return  # W001 says what is missing
    settings = load()
    excesses = [
        ("LOG_BYTES_AT_MOST", f"is {found.size} bytes large", found.size > settings.log_bytes_at_most),
        (
            "LOG_SECONDS_AT_MOST",
            f"reaches {found.seconds:.0f} seconds back",
            found.seconds > settings.log_seconds_at_most,
        ),
    ]
    for name, extent, is_beyond in excesses:
        if is_beyond:
            limit = getattr(settings, name.lower())
            yield Warning(
                f"The change log {found.log} {extent}, beyond TRIGGERS[{name!r}], which is {limit}: nobody"
                " publishes it, most likely.",
                hint=f"python manage.py runlistener --database {alias}",
                id="triggers.W007",
            )


def _partition_warnings(alias: str, found: Survey) -> Iterator[Warning]:
    for partition in found.bare_partitions:
        yield Warning(
            f"Partition {partition} of {partition.root_schema}.{partition.root} has no triggers: what is written"
            " straight into it reaches nobody.",
            hint=f"python manage.py migrate --database {alias}",
            id="triggers.W004",
        )


def _order_warnings(alias: str, found: Survey) -> Iterator[Warning]:
    tables = {it.table_oid: it.wanted.table for it in found.standings if it.wanted}
    names = {oid: {table.name, table.root} - {""} for oid, table in tables.items()}
    for writer in earlier_triggers.writers(catalog.earlier_triggers(connections[alias], tables), names):
        yield Warning(
            f"Trigger {writer.trigger} on {writer.table} calls {writer.function}, which seems to write to this table:"
            " its change is told before the one that fired it, as in `updated, created`.",
            hint=earlier_triggers.HINT,
            id="triggers.W006",
        )


def watch_errors() -> Iterator[Error]:
    """What keeps `TRIGGERS["WATCH"]` from being resolved."""
    if isinstance(configured().get("WATCH"), str):
        return  # E004 says so
    are_right = True
    for entry in load().watch:
        try:
            resolve_name(entry)
        except WatchError as error:
            are_right = False
            yield _watch_error(error)
    if are_right:
        try:
            resolve(load().watch)
        except WatchError as error:
            yield _watch_error(error)


def _watch_error(error: WatchError) -> Error:
    return Error(str(error), hint=error.hint, id=f"triggers.{error.code}")


def _unknown_keys() -> Iterator[Error]:
    known = ", ".join(sorted(SETTING_NAMES))
    for name in configured():
        if name not in SETTING_NAMES:
            yield Error(
                f"TRIGGERS has the key {name!r}, which is unknown.",
                hint=f"Known: {known}.",
                id="triggers.E004",
            )


def _watch_list_errors() -> Iterator[Error]:
    watch = configured().get("WATCH")
    if isinstance(watch, str):
        yield Error(f"TRIGGERS['WATCH'] is the text {watch!r}.", hint=f"It is a list: [{watch!r}].", id="triggers.E004")


def _channel_errors() -> Iterator[Error]:
    channel = load().channel
    size = len(str(channel).encode())
    if not 0 < size <= CHANNEL_BYTES_AT_MOST:
        yield Error(
            f"TRIGGERS['CHANNEL'] is {channel!r}, {size} bytes long.",
            hint=f"PostgreSQL's channel names are text of 1 to {CHANNEL_BYTES_AT_MOST} bytes.",
            id="triggers.E003",
        )


def _value_errors() -> Iterator[Error]:
    given = configured()
    for name, known in KNOWN_VALUES.items():
        if name in given and given[name] not in known:
            hint = f"Known: {', '.join(map(repr, known))}."
            yield Error(f"TRIGGERS[{name!r}] is {given[name]!r}.", hint=hint, id="triggers.E004")

    message = given.get("MESSAGE", RODAN)
    if not (isinstance(message, str) and (message in FORMATS or is_path(message))):
        yield Error(f"TRIGGERS['MESSAGE'] is {message!r}.", hint=FORMATS_HINT, id="triggers.E004")


def _limit_errors() -> Iterator[Error]:
    given = configured()
    for name, unit in LIMITS.items():
        if name in given and not _is_positive(given[name]):
            hint = f"It is a number of {unit}, above 0."
            yield Error(f"TRIGGERS[{name!r}] is {given[name]!r}.", hint=hint, id="triggers.E004")


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) and value > 0


def _vendor_errors() -> Iterator[Error]:
    engines = {alias: connections[alias].vendor for alias in settings.DATABASES}
    if load().watch and "postgresql" not in engines.values():
        used = ", ".join(f"{alias}: {vendor}" for alias, vendor in engines.items())
        yield Error(
            f"TRIGGERS['WATCH'] is set, but no database is PostgreSQL ({used}).",
            hint="Watch tables of a PostgreSQL database (14 or newer), ENGINE 'django.db.backends.postgresql'.",
            id="triggers.E005",
        )


def _standing_warnings(alias: str) -> Iterator[Warning]:
    found = survey(connections[alias])
    for problem in found.problems:
        yield Warning(problem, hint=f"Then: python manage.py migrate --database {alias}", id="triggers.W003")
    yield from _partition_warnings(alias, found)
    for untold in found.untold:
        yield Warning(untold, hint=UNTOLD_HINT, id="triggers.W005")
    yield from _order_warnings(alias, found)
    bare = {partition.oid for partition in found.bare_partitions}
    for standing in found.standings:
        if standing.needs_work and standing.table_oid not in bare:
            hint = f"python manage.py migrate --database {alias}"
            yield Warning(f"Trigger {standing} is {standing.state}.", hint=hint, id="triggers.W001")
        elif standing.state is State.DISABLED and standing.wanted is not None:
            table = sql.Identifier(standing.wanted.table.schema, standing.wanted.table.name)
            enable = sql.SQL("ALTER TABLE {} ENABLE TRIGGER {}").format(table, sql.Identifier(standing.trigger))
            hint = f"Its changes reach nobody. {enable.as_string(connections[alias].connection)}"
            yield Warning(f"Trigger {standing} is disabled.", hint=hint, id="triggers.W002")
