"""A real PgBouncer between our code and PostgreSQL, in transaction mode: sessions share the server's connections."""

import time
from contextlib import suppress
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg2

from project.development.programs import free_port, log_tail, start, unprivileged

INSTALL = "apt-get install pgbouncer"
START_SECONDS = 15.0
END_SECONDS = 10.0


class Pooler:
    """One PgBouncer before one database."""

    def __init__(self, program: str, folder: Path, database_url: str) -> None:
        parts = urlsplit(database_url)
        self._folder = folder
        port = free_port()
        self.url = urlunsplit(parts._replace(netloc=f"{parts.username}@127.0.0.1:{port}"))
        configuration = folder / "pgbouncer.ini"
        configuration.write_text(
            "[databases]\n"
            f"* = host={parts.hostname} port={parts.port} user={parts.username}"
            f" password={unquote(parts.password or '')}\n"
            "[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
            "pool_mode = transaction\ndefault_pool_size = 4\nserver_reset_query = DISCARD ALL\n",
            encoding="utf-8",
        )
        self._process = start(unprivileged([program, str(configuration)]), folder / "pgbouncer.log")

    def __enter__(self) -> Self:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg2.connect(self.url).close()
            except psycopg2.OperationalError:
                is_late = time.monotonic() > deadline or self._process.poll() is not None
                assert not is_late, log_tail(self._folder / "pgbouncer.log")
            else:
                return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            self._process.terminate()
        self._process.wait(END_SECONDS)
