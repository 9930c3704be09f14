"""The site that the servers serve: a migrated database of its own, with users whose sessions are in their cookies."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg2
from psycopg2 import sql

from stress.gateway.refusal import RefusedError

CHECKOUT = Path(__file__).resolve().parent.parent.parent


class Site:
    """There while entered. `server_url` is that of a role that may create databases."""

    def __init__(self, server_url: str, redis_url: str) -> None:
        self._server_url = server_url
        self._name = f"bench_gateway_{uuid4().hex[:8]}"
        self.redis_url = redis_url

    def __enter__(self) -> Self:
        self._execute("CREATE DATABASE {}")
        try:
            self._python("manage.py", "migrate", "--verbosity=0")
        except BaseException:
            self._drop()
            raise
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._drop()

    @property
    def environment(self) -> Mapping[str, str]:
        """For whatever serves it."""
        url = urlunsplit(urlsplit(self._server_url)._replace(path=f"/{self._name}"))
        return {
            **os.environ,
            "DATABASE_URL": url,
            "REDIS_URL": self.redis_url,
            "DJANGO_SETTINGS_MODULE": "stress.gateway.settings",
            "ROWCAST_LOG_LEVEL": "WARNING",
        }

    def cookies(self, users: int) -> Sequence[str]:
        """Of so many users, who are made for it; once."""
        return self._python("-m", "stress.gateway.people", str(users)).splitlines()

    def _drop(self) -> None:
        self._execute("DROP DATABASE IF EXISTS {}")

    def _execute(self, statement: str) -> None:
        database = psycopg2.connect(self._server_url)
        database.autocommit = True
        with database.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(self._name)))
        database.close()

    def _python(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - the site's own
            [sys.executable, *arguments],
            cwd=CHECKOUT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RefusedError(f"{' '.join(arguments)} failed ({done.returncode}):\n{done.stdout}{done.stderr}")
        return done.stdout
