"""PostgreSQL's own benchmark, as the application that writes."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from psycopg2.extensions import parse_dsn

from stress.writes.refusal import RefusedError

REMEDY = "Set POSTGRES_BIN to the folder that has it; on Debian: apt-get install postgresql"
WORKERS = 2
"""Threads of pgbench's own."""
SIMPLE, PREPARED = "simple", "prepared"
PROTOCOLS = (SIMPLE, PREPARED)
"""psycopg2 sends each statement as text, which PostgreSQL parses and plans; "prepared" spares the bare table that."""
_VARIABLES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}


@dataclass(frozen=True, slots=True)
class Run:
    """What it did."""

    transactions: int
    per_second: float


def require_pgbench() -> str:
    """The program: in `POSTGRES_BIN`, or on the PATH. Raises RefusedError."""
    folder = os.environ.get("POSTGRES_BIN")
    named = [str(Path(folder) / "pgbench")] if folder else []
    for program in (*named, "pgbench"):
        if found := shutil.which(program):
            return found
    raise RefusedError(f"There is no pgbench{f' in {folder}' if folder else ''} and none on the PATH. {REMEDY}")


@dataclass(frozen=True, slots=True)
class Pgbench:
    """Runs a script against a database."""

    program: str
    protocol: str

    def run(self, url: str, script: str, *, writers: int, seconds: int, per_second: float | None = None) -> Run:
        """So many writers, one after another or `per_second` in all. Raises RefusedError where it or a writer fails."""
        command = [self.program, "--no-vacuum", f"--protocol={self.protocol}", "--file=-", f"--client={writers}"]
        command += [f"--jobs={min(writers, WORKERS)}", f"--time={seconds}"]
        command += [] if per_second is None else [f"--rate={per_second:.2f}"]
        server = {_VARIABLES[name]: value for name, value in parse_dsn(url).items() if name in _VARIABLES}
        done = subprocess.run(  # noqa: S603 - it is pgbench
            command, input=script, env={**os.environ, **server}, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise RefusedError(f"pgbench failed ({done.returncode}):\n{done.stdout}{done.stderr}")
        return read_run(done.stdout)


def read_run(report: str) -> Run:
    """From its report. Raises RefusedError where a transaction failed, or it says nothing."""
    transactions = re.search(r"number of transactions actually processed: (\d+)", report)
    failed = re.search(r"number of failed transactions: ([1-9]\d*)", report)
    per_second = re.search(r"(?m)^tps = ([\d.]+) ", report)
    if transactions is None or per_second is None or failed is not None:
        raise RefusedError(f"pgbench's report is not what was expected:\n{report}")
    return Run(int(transactions[1]), float(per_second[1]))
