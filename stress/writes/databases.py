"""Four databases with the reference site's tables, in one PostgreSQL: without triggers, with two peers', with ours."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from stress.writes.refusal import RefusedError

CHECKOUT = Path(__file__).resolve().parent.parent.parent
ROWS = 100_000
"""Of the table that is written to; row n has the key md5(n)."""
BARE, NOTIFY, PLAIN, ROWCAST = "bare", "notify", "plain log", "rowcast"
KINDS = (BARE, NOTIFY, PLAIN, ROWCAST)
FILL = """
INSERT INTO project_project (id, name)
SELECT md5(number::text)::uuid, 'project ' || number
FROM generate_series(1, %s) AS number
"""
NOTIFY_CHANNEL = "bench"
ROW_TRIGGER = f"""
CREATE FUNCTION bench_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('{NOTIFY_CHANNEL}', json_build_object(
        'status', CASE TG_OP WHEN 'INSERT' THEN 'created' ELSE 'updated' END,
        'model', 'project',
        'uuid', replace(NEW.id::text, '-', '')
    )::text);
    RETURN NULL;
END
$$;
CREATE TRIGGER bench_notify AFTER INSERT OR UPDATE ON project_project FOR EACH ROW EXECUTE FUNCTION bench_notify();
"""
"""What systems that join PostgreSQL to browsers usually install."""
PLAIN_LOG = """
CREATE TABLE bench_log (
    id bigint GENERATED ALWAYS AS IDENTITY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    status text NOT NULL,
    model text NOT NULL,
    key text
);
CREATE INDEX ON bench_log (xid);
CREATE FUNCTION bench_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO bench_log (status, model, key)
    SELECT 'updated', 'project.project', replace(id::text, '-', '')
    FROM new_rows;
    RETURN NULL;
END
$$;
CREATE TRIGGER bench_log AFTER UPDATE ON project_project REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION bench_log();
"""
"""The least that a log costs which a listener may read: it compares no images, rings for nobody, and never ends."""

END_OUR_SESSIONS = """
SELECT pg_terminate_backend(pid)
FROM pg_stat_activity
WHERE datname = %s
AND usename = current_user
"""
"""DROP … WITH (FORCE) would end an autovacuum too, and who is no superuser may not; without it PostgreSQL does so."""


class Databases:
    """There while entered, of one for each kind. `server_url` is that of a role that may create databases."""

    def __init__(self, server_url: str, environment: Mapping[str, str]) -> None:
        self._server_url = server_url
        self._environment = environment
        self._names = {kind: f"bench_{kind.split()[0]}_{uuid4().hex[:8]}" for kind in KINDS}
        self._server = connect(server_url)

    def __enter__(self) -> Self:
        try:
            self._make()
        except BaseException:
            self._drop()
            raise
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._drop()

    def name(self, kind: str) -> str:
        return self._names[kind]

    def url(self, kind: str) -> str:
        return urlunsplit(urlsplit(self._server_url)._replace(path=f"/{self._names[kind]}"))

    def connect(self, kind: str) -> Connection:
        """In autocommit."""
        return connect(self.url(kind))

    def ask(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Of the server, over a session that is in none of them."""
        with self._server.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return cursor.fetchall()

    def environment(self, kind: str) -> dict[str, str]:
        """For the site's commands."""
        return {**os.environ, **self._environment, "DATABASE_URL": self.url(kind)}

    def _make(self) -> None:
        self._create(BARE)
        self._manage(BARE, "migrate", "--verbosity=0")
        self._manage(BARE, "triggers", "remove")
        self._execute(BARE, FILL, ROWS)
        self._execute(BARE, "VACUUM (ANALYZE) project_project")
        for kind in KINDS[1:]:
            self._create(kind, template=BARE)
        self._execute(NOTIFY, ROW_TRIGGER)
        self._execute(PLAIN, PLAIN_LOG)
        self._manage(ROWCAST, "migrate", "--verbosity=0")

    def _create(self, kind: str, template: str | None = None) -> None:
        names = {"name": sql.Identifier(self._names[kind])}
        statement = "CREATE DATABASE {name}"
        if template is not None:
            names["template"] = sql.Identifier(self._names[template])
            statement += " TEMPLATE {template}"
        with self._server.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(**names))

    def _drop(self) -> None:
        with self._server.cursor() as cursor:
            for name in self._names.values():
                cursor.execute(END_OUR_SESSIONS, [name])
                cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        self._server.close()

    def _execute(self, kind: str, statement: str, *parameters: object) -> None:
        database = self.connect(kind)
        with database.cursor() as cursor:
            cursor.execute(statement, parameters or None)
        database.close()

    def _manage(self, kind: str, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(  # noqa: S603 - the site's own command
            command, cwd=CHECKOUT, env=self.environment(kind), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise RefusedError(
                f"manage.py {' '.join(arguments)} failed ({done.returncode}):\n{done.stdout}{done.stderr}"
            )


def connect(url: str) -> Connection:
    made = psycopg2.connect(url)
    made.autocommit = True
    return made
