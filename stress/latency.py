"""How long a committed change takes to a client: `make latency` beside `make run`, or any database and gateway.

Commits changes at a steady rate on one connection and hears them on one raw client. The time of a message is from the
return of its COMMIT to the receipt of its frame; where the frame is the faster of the two, it counts as 0.
"""

import argparse
import statistics
import sys
import threading
import time
from collections.abc import Sequence
from uuid import uuid4

import psycopg2
from websockets.sync.client import ClientConnection, connect

HEARTBEAT = "--heartbeat--"
LAST_SECONDS = 10.0
PROJECT = "latency"


def main() -> None:
    options = parse_options()
    committed: dict[str, float] = {}
    received: dict[str, float] = {}
    keys = [uuid4() for _ in range(options.rate * options.seconds)]
    database = psycopg2.connect(options.database_url)
    database.autocommit = True
    with connect(f"{options.gateway_url}?subscribe-broadcast", max_queue=None) as client, database.cursor() as cursor:
        while client.recv(LAST_SECONDS) != HEARTBEAT:
            pass
        hearing = threading.Thread(target=hear, args=(client, {key.hex for key in keys}, received))
        hearing.start()
        began = time.perf_counter()
        for number, key in enumerate(keys):
            time.sleep(max(0.0, began + number / options.rate - time.perf_counter()))
            cursor.execute("INSERT INTO project_project (id, name) VALUES (%s, %s)", [str(key), PROJECT])
            committed[key.hex] = time.perf_counter()
        hearing.join()
        cursor.execute("DELETE FROM project_project WHERE name = %s", [PROJECT])
    database.close()
    report([max(0.0, received[key] - at) * 1000 for key, at in committed.items() if key in received], len(keys))


def hear(client: ClientConnection, wanted: set[str], received: dict[str, float]) -> None:
    """Note when each wanted key came, until all have or none comes any more, heartbeats or not."""
    heard_at = time.perf_counter()
    while len(received) < len(wanted) and time.perf_counter() - heard_at < LAST_SECONDS:
        text = str(client.recv(LAST_SECONDS))
        at = time.perf_counter()
        key = text.partition('"uuid": "')[2][:32]
        if key in wanted:
            received[key] = heard_at = at


def report(milliseconds: Sequence[float], changes: int) -> None:
    if len(milliseconds) < 2:
        sys.exit(f"{len(milliseconds)} of {changes} changes arrived: does the listener run, on this database?")
    cuts = statistics.quantiles(milliseconds, n=100)
    print(
        f"{len(milliseconds)} of {changes} changes arrived; from commit to message:"
        f" median {cuts[49]:.2f} ms, 99th percentile {cuts[98]:.2f} ms, longest {max(milliseconds):.2f} ms"
    )


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database-url", required=True, help="postgres://… with the reference site's tables")
    parser.add_argument("--gateway-url", default="ws://127.0.0.1:8000/ws/rodan", help="default: %(default)s")
    parser.add_argument("--rate", type=int, default=100, help="changes a second (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=30, help="default: %(default)s")
    return parser.parse_args()


if __name__ == "__main__":
    main()
