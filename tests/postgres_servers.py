"""PostgreSQL servers that a test may crash, copy and promote."""

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from shutil import copytree
from typing import Self

import psycopg2

from project.development.postgres import OWNER, SUPERUSER, Postgres
from project.development.programs import run, unprivileged
from tests.ws.observed import wait_until

OPTIONS = {
    "fsync": "off",
    "max_prepared_transactions": "10",
    "wal_writer_delay": "10s",
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "wal_keep_size": "256MB",
}
"""What was not flushed stays so until the end of the test; a crash of the server's processes loses nothing else."""


class FragilePostgres(Postgres):
    """One whose end may come at any time."""

    def __init__(self, folder: Path, options: Mapping[str, str] | None = None) -> None:
        super().__init__(folder, options={**OPTIONS, **(options or {})})
        self.folder = folder

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def crash(self) -> None:
        """And start anew."""
        self.kill()
        self.start()

    def kill(self) -> None:
        """All of its processes at once, as when the power goes."""
        assert self._process is not None, "not started"
        self._process.send_signal(signal.SIGSTOP)
        children = self._children()
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in children:
                os.kill(pid, number)
        self._process.kill()
        self._process.wait()
        self._process = None
        wait_until(lambda: not any(is_there(pid) for pid in children))

    def restart(self) -> None:
        """Cleanly."""
        self.stop()
        self.start()

    def snapshot(self, folder: Path, *, is_cold: bool = False) -> "FragilePostgres":
        """A copy of its disk in full flight, as a storage system takes one, or after a clean stop; not started."""
        folder.mkdir(mode=0o700)
        if is_cold:
            self.stop()
        else:
            self.kill()
        copytree(self.folder / "data", folder / "data")
        self.start()
        (folder / "password").write_text(self._password(), encoding="ascii")
        return FragilePostgres(folder)

    def standby(self, folder: Path) -> "FragilePostgres":
        """One that follows it, not started."""
        folder.mkdir(mode=0o700)
        url = self.url(SUPERUSER, "postgres")
        program = str(self._binaries / "pg_basebackup")
        run(unprivileged([program, "-d", url, "-D", str(folder / "data"), "-X", "stream", "-c", "fast"]))
        (folder / "data" / "standby.signal").touch()
        (folder / "password").write_text(self._password(), encoding="ascii")
        return FragilePostgres(folder, options={"primary_conninfo": url})

    def promote(self) -> None:
        """A standby, to a primary; returned when it is one."""
        url = self.url(SUPERUSER, "postgres")
        with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_promote()")

    def dump(self) -> bytes:
        """What pg_dump makes of its database."""
        command = [str(self._binaries / "pg_dump"), "--no-owner", "-d", self.owner_url]
        return subprocess.run(command, check=True, capture_output=True).stdout

    def load(self, dump: bytes, database: str) -> str:
        """Into a new database, whose URL this is."""
        with closing(psycopg2.connect(self.owner_url)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(f"CREATE DATABASE {database}")
        url = self.url(OWNER, database)
        command = [str(self._binaries / "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d", url]
        subprocess.run(command, check=True, input=dump, capture_output=True)
        return url

    def _children(self) -> list[int]:
        assert self._process is not None, "not started"
        command = ["ps", "-A", "-o", "pid=,ppid="]
        listed = subprocess.run(command, check=True, capture_output=True, text=True)
        pairs = [line.split() for line in listed.stdout.splitlines()]
        return [int(pid) for pid, parent in pairs if int(parent) == self._process.pid]


def is_there(pid: int) -> bool:
    """Whether this process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
