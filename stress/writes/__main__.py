"""`make bench-writes`: what the triggers cost the application, and how fast its changes reach Redis. Prints one table.

Needs DATABASE_URL (a role that may create databases), REDIS_URL (a database that nobody else uses) and pgbench.
"""

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from stress.findings import Finding, table
from stress.writes.bench import Bench
from stress.writes.bulk import big_commits, inserts
from stress.writes.commits import many_writers, one_writer
from stress.writes.databases import ROWCAST, Databases
from stress.writes.head import Head
from stress.writes.idle import idle, latency
from stress.writes.listener import Listener
from stress.writes.pgbench import PROTOCOLS, SIMPLE, Pgbench, require_pgbench
from stress.writes.refusal import RefusedError
from stress.writes.sustained import sustained

MEASURES: Mapping[str, Callable[[Bench], Iterable[Finding]]] = {
    "many-writers": many_writers,
    "one-writer": one_writer,
    "inserts": inserts,
    "sustained": sustained,
    "big-commits": big_commits,
    "latency": latency,
    "idle": idle,
}


def main() -> int:
    options = parse_options()
    try:
        for line in run(options, options.only or list(MEASURES)):
            print(line, flush=True)
    except RefusedError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def run(options: argparse.Namespace, names: list[str]) -> Iterator[str]:
    """What is printed: where it was measured, the table, and what else was seen."""
    pgbench = Pgbench(require_pgbench(), options.protocol)
    database_url, redis_url = required("DATABASE_URL"), required("REDIS_URL")
    site = {"DJANGO_SETTINGS_MODULE": options.settings, "REDIS_URL": redis_url}
    with (
        TemporaryDirectory() as folder,
        Databases(database_url, site) as databases,
        Head(redis_url) as head,
    ):
        yield f"{where(databases, head)}, protocol {options.protocol}"
        listener = Listener(databases.environment(ROWCAST), Path(folder) / "listener.log")
        bench = Bench(databases, head, listener, pgbench, options.rounds, options.seconds, options.sustained_seconds)
        findings = list[Finding]()
        with bench.listening():
            memory = listener.memory_bytes()
            for name in names:
                bench.say(f"{name} …")
                findings += MEASURES[name](bench)
            grown = listener.memory_bytes() - memory
        yield table(findings)
        yield f"The listener's memory grew by {grown / 1024**2:.0f} MiB at most."
        if bench.lates:
            yield f"In {len(bench.lates)} rounds Redis had everything late, after {max(bench.lates):.1f} s at most."


def where(databases: Databases, head: Head) -> str:
    """What these figures belong to."""
    ((postgres,),) = databases.ask("SELECT split_part(version(), ' on ', 1)")
    settings = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
    values = ", ".join(f"{name} {databases.ask(f'SHOW {name}')[0][0]}" for name in settings)
    server = head.client.info("server")
    redis = f"{server.get('server_name', 'redis')} {server.get('valkey_version', server['redis_version'])}"
    return f"{platform.machine()}, {os.cpu_count()} processors, {postgres} ({values}), {redis}"


def required(variable: str) -> str:
    """An environment variable's value. Raises RefusedError."""
    if value := os.environ.get(variable):
        return value
    raise RefusedError(f"{variable} is not set: `make bench-writes` starts servers, or name your own.")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-writes", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="of each variant (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=20, help="of a round (default: %(default)s)")
    parser.add_argument("--sustained-seconds", type=int, default=600, help="default: %(default)s")
    parser.add_argument("--only", nargs="+", choices=MEASURES, help="default: all of them, an hour or so")
    parser.add_argument(
        "--protocol",
        choices=PROTOCOLS,
        default=SIMPLE,
        help="how pgbench asks (default: %(default)s, as psycopg2 does)",
    )
    parser.add_argument("--settings", default="project.settings", help="the site's (default: %(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
