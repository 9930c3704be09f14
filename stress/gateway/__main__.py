"""`make bench-gateway`: what the gateway costs for each delivery, client and handshake. Prints two tables.

Needs DATABASE_URL (a role that may create databases) and REDIS_URL (a database that nobody else uses).
"""

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import redis

from stress.findings import Finding, markdown, table
from stress.gateway.bench import Bench, Sizes, part_processors
from stress.gateway.crowds import many, slow
from stress.gateway.fan_out import burst, steady
from stress.gateway.handshakes import handshakes
from stress.gateway.lineup import LINEUP
from stress.gateway.memory import memory
from stress.gateway.refusal import RefusedError
from stress.gateway.site import Site

MEASURES: Mapping[str, Callable[[Bench], Iterable[Finding]]] = {
    "steady": steady,
    "burst": burst,
    "memory": memory,
    "many": many,
    "slow": slow,
    "handshakes": handshakes,
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
    """What is printed: where it was measured, and the table."""
    database_url, redis_url = required("DATABASE_URL"), required("REDIS_URL")
    sizes = Sizes(options.rounds, options.seconds, options.clients, options.messages)
    peers = [peer for peer in LINEUP if options.peers is None or peer.name in options.peers or peer is LINEUP[0]]
    with TemporaryDirectory() as folder, Site(database_url, redis_url) as site:
        yield where(redis_url)
        bench = Bench(site, peers, sizes, part_processors(), Path(folder))
        bench.leave_out_absent()
        findings = list[Finding]()
        for name in names:
            bench.say(f"{name} …")
            findings += MEASURES[name](bench)
        yield table(findings)
        yield side_by_side([peer.name for peer in bench.peers], bench.columns)


def side_by_side(names: Sequence[str], columns: Mapping[str, Mapping[str, str]]) -> str:
    """Every server's own figures: the median, the least and the greatest."""
    rows = [(name, *(cells.get(name, "") for cells in columns.values())) for name in names]
    return "\n" + markdown([("server", *columns), *rows])


def where(redis_url: str) -> str:
    """What these figures belong to."""
    server = redis.Redis.from_url(redis_url).info("server")
    name = f"{server.get('server_name', 'redis')} {server.get('valkey_version', server['redis_version'])}"
    return f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, {name}"


def required(variable: str) -> str:
    """An environment variable's value. Raises RefusedError."""
    if value := os.environ.get(variable):
        return value
    raise RefusedError(f"{variable} is not set: `make bench-gateway` starts servers, or name your own.")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-gateway", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="of each server (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=10, help="of an even rate (default: %(default)s)")
    parser.add_argument("--clients", type=int, default=10_000, help="at most (default: each measure's own number)")
    parser.add_argument("--messages", type=int, default=5_000, help="of a burst, at most (default: %(default)s)")
    parser.add_argument("--only", nargs="+", choices=MEASURES, help="default: all of them")
    parser.add_argument(
        "--peers", nargs="*", choices=[peer.name for peer in LINEUP], help="beside rungateway; default: all"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
