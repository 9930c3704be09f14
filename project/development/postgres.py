"""A real PostgreSQL in a folder of ours: made when it is new, its data kept, reachable by TCP with a password."""

import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex
from shutil import rmtree

import psycopg2
from psycopg2 import sql

from project.development.programs import (
    ServerError,
    kept_port,
    log_tail,
    postgres_binaries,
    run,
    start,
    unprivileged,
)

START_SECONDS = 30.0
STOP_SECONDS = 20.0
SUPERUSER = "postgres"
OWNER = DATABASE = "rowcast"


class Postgres:
    """One server. `owner_url` is a plain role's, who owns the database and is no superuser."""

    def __init__(self, folder: Path, options: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._cluster = folder / "data"
        self._log = folder / "postgres.log"
        self._binaries = postgres_binaries()
        self._options = dict(options or {})
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def owner_url(self) -> str:
        return self.url(OWNER, DATABASE)

    def url(self, role: str, database: str) -> str:
        """A database URL for a role that has this server's password."""
        return f"postgres://{role}:{self._password()}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Make the cluster if there is none, start it, and return when it answers. Raises ServerError."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._cluster.exists():
            self._make_cluster()
        self._require_version()
        self._stop_leftover()
        self.port = kept_port(self._folder / "port")
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            **self._options,
        }
        command = [str(self._binaries / "postgres"), "-D", str(self._cluster)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        self._process = start(unprivileged(command), self._log)
        self._wait_until_it_answers()
        self._make_owner()

    def stop(self) -> None:
        """Stop it fast: open transactions are rolled back, what is committed is on disk."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(STOP_SECONDS)
        self._process = None

    def wait(self) -> int:
        """Block until it ends; its exit status."""
        assert self._process is not None, "not started"
        return self._process.wait()

    def _make_cluster(self) -> None:
        """Whole or not at all: it gets its name when it is done."""
        unfinished = self._folder / "unfinished"
        rmtree(unfinished, ignore_errors=True)
        password_file = self._folder / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(token_hex(16), encoding="ascii")
        command = [str(self._binaries / "initdb"), "-D", str(unfinished), "-U", SUPERUSER]
        command += [
            "--auth=scram-sha-256",
            f"--pwfile={password_file}",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ]
        run(unprivileged(command))
        unfinished.rename(self._cluster)

    def _make_owner(self) -> None:
        """The role and its database, where they are not there yet."""
        connection = psycopg2.connect(self.url(SUPERUSER, "postgres"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            owner = sql.Identifier(OWNER)
            password = sql.Literal(self._password())
            cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [OWNER])
            if cursor.rowcount == 0:
                cursor.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(owner, password))
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.rowcount == 0:
                cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), owner))
        connection.close()

    def _require_version(self) -> None:
        made_by = (self._cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        done = subprocess.run([self._binaries / "postgres", "-V"], capture_output=True, text=True, check=True)
        version = done.stdout.split()[2]
        if version.split(".")[0] != made_by:
            raise ServerError(
                f"{self._cluster} was made by PostgreSQL {made_by}, and this is {version}."
                f" Remove {self._folder} (its data go), or set POSTGRES_BIN to the programs of version {made_by}."
            )

    def _stop_leftover(self) -> None:
        """End a server whose supervisor was killed, before another one takes its folder."""
        control = [str(self._binaries / "pg_ctl"), "-D", str(self._cluster)]
        if subprocess.run(unprivileged([*control, "status"]), capture_output=True, check=False).returncode == 0:
            run(unprivileged([*control, "stop", "-m", "fast", "-w"]))

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg2.connect(self.url(SUPERUSER, "postgres"), connect_timeout=2).close()
            except psycopg2.OperationalError as error:
                if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                    raise ServerError(f"PostgreSQL did not start: {error}\n{log_tail(self._log)}") from error
                time.sleep(0.05)
            else:
                return

    def _password(self) -> str:
        return (self._folder / "password").read_text(encoding="ascii")
