"""`manage.py runlistener`: process 1, PostgreSQL → Redis."""

import random
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg2
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from triggers.canary import canary_sql
from triggers.functions import PathError
from triggers.settings import NOTIFY, TriggersSettings
from triggers.settings import load as load_triggers
from triggers.watch_entries import WatchError
from ws.health.server import NoAddressError, health_address
from ws.listener.alarms import Alarms
from ws.listener.canary_writer import Pen
from ws.listener.candidate import Candidate, Parts
from ws.listener.changes import Note
from ws.listener.database import Database, UnfitDatabaseError
from ws.listener.heads import Source
from ws.listener.link import NotPublishedError
from ws.listener.notifications import Notifications, TooOldServerError, connection_arguments
from ws.listener.observations import Listening, Pooled
from ws.listener.outlet import Outlet
from ws.listener.poller import POLL_SECONDS
from ws.listener.pooler import hears_itself
from ws.listener.publication import Publication, SuccessionError
from ws.listener.relay import Relay
from ws.listener.retention import Limits, Retention
from ws.listener.routes import Route, Routes
from ws.listener.step import Step
from ws.listener.stop import StopSignal
from ws.listener.tally import Tally
from ws.listener.watched import routes
from ws.listener.watching import Watched
from ws.redis_address import redis_address
from ws.settings import WsSettings, load
from ws.wire.channels import broadcast_channel, canary_channel

LOGGER = "rowcast.listener"


class Command(BaseCommand):
    """Carries every committed change of a watched row to Redis."""

    help = (
        "Carries every committed change of a watched row from PostgreSQL to Redis. Runs until Ctrl-C or SIGTERM; where"
        " PostgreSQL or Redis goes away, it waits and reconnects. Start any number, beside `rungateway`: one leads, the"
        " others take over when it ends or stops moving."
    )
    requires_system_checks = "__all__"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="alias in DATABASES (default: %(default)s)")
        parser.add_argument(
            "--once",
            action="store_true",
            help="publish what is in the change log, and end, as for cron; nothing where another listener leads",
        )
        parser.add_argument(
            "--adopt",
            action="store_true",
            help="take over what another database published, as after a restore from a dump; clients refetch",
        )
        parser.add_argument(
            "--health",
            type=health_address,
            metavar="HOST:PORT",
            help="where to answer /healthz, /readyz and /metrics (default: nowhere)",
        )

    def handle(
        self, *_: Any, database: str, once: bool, adopt: bool, health: tuple[str, int] | None, **__: Any
    ) -> None:
        settings, triggers = load(), load_triggers()
        if database not in connections or connections[database].vendor != "postgresql":
            raise CommandError(f"--database {database!r} is no PostgreSQL database in DATABASES.")
        if triggers.delivery == NOTIFY:
            if once or adopt:
                raise CommandError(
                    '--once and --adopt read the change log, which TRIGGERS["DELIVERY"] = "notify" has not.'
                )
            _relay(settings, triggers, database, health)
        else:
            _carry(settings, triggers, database, _Task(once, adopt, health))


@dataclass(frozen=True, slots=True)
class _Task:
    is_once: bool
    is_adopting: bool
    health: tuple[str, int] | None


def _carry(settings: WsSettings, triggers: TriggersSettings, alias: str, task: _Task) -> None:
    """The change log's way: nothing lost, nothing twice."""
    watched = Watched(LOGGER, None if task.is_once else settings.canary_seconds)
    observe = watched.observe
    tally = Tally(observe)
    found = _routes(settings, triggers, alias, tally.note, watched.routes(canary_channel(settings.prefix)))
    name, redis = _database_name(alias), redis_address(settings.connection)
    limits = Limits(triggers.retention, triggers.log_bytes_at_most, triggers.log_seconds_at_most)

    def publication(source: Source) -> Publication:
        step = Step(settings, source, watched.redis)
        return Publication(step, source, found, observe, is_adopting=task.is_adopting)

    is_pooled = not _hears_itself(name, alias)
    if is_pooled:
        observe(Pooled(name, POLL_SECONDS))
    parts = Parts(
        connect=lambda meanwhile: Database(connection_arguments(alias), meanwhile=meanwhile, is_pooled=is_pooled),
        publication=publication,
        retention=Retention(limits, observe),
        alarms=Alarms(observe),
        tally=tally,
        notification_channel=triggers.channel,
        database_name=name,
        redis_name=redis,
        pulse=watched.pulse,
        is_pooled=is_pooled,
    )
    _require_postgres(name, parts)
    _require_redis(redis, Outlet(settings, found.default))
    pen = Pen(connection_arguments(alias), canary_sql(triggers), is_pooled=is_pooled)
    try:
        with StopSignal() as stop, watched.served(task.health), watched.canaries(pen):
            Candidate(parts, observe, stop, random.random).run(is_once=task.is_once)
    except (UnfitDatabaseError, SuccessionError, NoAddressError) as error:
        raise CommandError(str(error)) from error


def _routes(
    settings: WsSettings, triggers: TriggersSettings, alias: str, note: Note, others: Sequence[Route]
) -> Routes:
    """System checks say the same, and may have been left out."""
    try:
        return routes(settings.prefix, triggers, alias, note, others)
    except (PathError, WatchError) as error:
        raise CommandError(str(error)) from error


def _relay(settings: WsSettings, triggers: TriggersSettings, alias: str, health: tuple[str, int] | None) -> None:
    """The seed system's way: NOTIFY carries the messages, at most once."""
    channel = broadcast_channel(settings.prefix, triggers.facility)
    outlet = Outlet(settings, channel)
    name, redis = _database_name(alias), redis_address(settings.connection)
    _require_notifications(name, alias, triggers.channel)
    _require_redis(redis, outlet)
    watched = Watched(LOGGER)
    relay = Relay(
        lambda: Notifications(alias, triggers.channel),
        outlet,
        watched.observe,
        now=time.monotonic,
        chance=random.random,
        moved=watched.pulse.move,
    )
    try:
        with StopSignal() as stop, watched.served(health):
            unsent = relay.run(stop, Listening(name, triggers.channel, redis, channel))
    except NoAddressError as error:
        raise CommandError(str(error)) from error
    outlet.close()
    if unsent:
        raise CommandError(f"{unsent} messages were not published: Redis was away when the listener was stopped.")


# At the start a server that is away is an error: it is more likely a wrong address than bad luck.


def _require_postgres(name: str, parts: Parts) -> None:
    try:
        parts.connect(lambda: None).close()
    except (TooOldServerError, UnfitDatabaseError) as error:
        raise CommandError(f"{name}: {error}") from error
    except psycopg2.Error as error:
        raise _postgres_is_away(name, error) from error


def _hears_itself(name: str, alias: str) -> bool:
    try:
        return hears_itself(connection_arguments(alias))
    except psycopg2.Error as error:
        raise _postgres_is_away(name, error) from error


def _require_notifications(name: str, alias: str, channel: str) -> None:
    try:
        with Notifications(alias, channel):
            pass
    except TooOldServerError as error:
        raise CommandError(f"{name}: {error}") from error
    except psycopg2.Error as error:
        raise _postgres_is_away(name, error) from error


def _require_redis(name: str, outlet: Outlet) -> None:
    try:
        outlet.connect()
    except NotPublishedError as error:
        raise CommandError(
            f"Redis does not answer at {name}: {error}\nStart it, or set REDIS_URL (WS4REDIS_CONNECTION)."
        ) from error


def _postgres_is_away(name: str, error: psycopg2.Error) -> CommandError:
    return CommandError(
        f"PostgreSQL does not answer for {name}: {str(error).strip()}\nStart it, or set DATABASE_URL (DATABASES)."
    )


def _database_name(alias: str) -> str:
    where = connections[alias].settings_dict
    return f"{where['NAME']} at {where['HOST'] or 'the local socket'}:{where['PORT'] or 5432}"
