"""`manage.py runlistener`: process 1, PostgreSQL → Redis."""

import random
import time
from argparse import ArgumentParser
from typing import Any

import psycopg2
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from triggers.settings import load as load_triggers
from ws.listener.link import NotPublishedError
from ws.listener.notifications import Notifications, TooOldServerError
from ws.listener.observations import Listening
from ws.listener.outlet import Outlet
from ws.listener.relay import Relay
from ws.listener.stop import StopSignal
from ws.observation import log_to
from ws.redis_address import redis_address
from ws.settings import load
from ws.wire.channels import broadcast_channel


class Command(BaseCommand):
    """Carries every committed change of a watched row to Redis."""

    help = (
        "Carries every committed change of a watched row from PostgreSQL to Redis. Runs until Ctrl-C or SIGTERM; where"
        " PostgreSQL or Redis goes away, it waits and reconnects. Start one per site, beside `rungateway`."
    )
    requires_system_checks = "__all__"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="alias in DATABASES (default: %(default)s)")

    def handle(self, *_: Any, database: str, **__: Any) -> None:
        settings, triggers = load(), load_triggers()
        if database not in connections or connections[database].vendor != "postgresql":
            raise CommandError(f"--database {database!r} is no PostgreSQL database in DATABASES.")
        channel = broadcast_channel(settings.prefix, triggers.facility)
        outlet = Outlet(settings, channel)
        where = connections[database].settings_dict
        name = f"{where['NAME']} at {where['HOST'] or 'the local socket'}:{where['PORT'] or 5432}"
        redis = redis_address(settings.connection)
        self._require(name, redis, database, outlet)
        relay = Relay(
            lambda: Notifications(database, triggers.channel),
            outlet,
            log_to("rowcast.listener", shown=True),
            now=time.monotonic,
            chance=random.random,
        )
        with StopSignal() as stop:
            unsent = relay.run(stop, Listening(name, triggers.channel, redis, channel))
        outlet.close()
        if unsent:
            raise CommandError(f"{unsent} messages were not published: Redis was away when the listener was stopped.")

    def _require(self, name: str, redis: str, database: str, outlet: Outlet) -> None:
        """At the start a server that is away is an error: it is more likely a wrong address than bad luck."""
        try:
            with Notifications(database, load_triggers().channel):
                pass
        except TooOldServerError as error:
            raise CommandError(f"{name}: {error}") from error
        except psycopg2.Error as error:
            raise CommandError(
                f"PostgreSQL does not answer for {name}: {str(error).strip()}\n"
                "Start it, or set DATABASE_URL (DATABASES)."
            ) from error
        try:
            outlet.connect()
        except NotPublishedError as error:
            raise CommandError(
                f"Redis does not answer at {redis}: {error}\nStart it, or set REDIS_URL (WS4REDIS_CONNECTION)."
            ) from error
