"""A system in which little happens: how soon a change is in Redis, and what the listener asks while nothing does."""

import threading
import time
from collections.abc import Iterator
from statistics import median, quantiles

import redis

from stress.findings import Finding
from stress.writes.bench import Bench
from stress.writes.databases import ROWCAST
from stress.writes.goals import IDLE, LATENCY

COMMITS = 200
PAUSE_SECONDS = 0.1
"""Long enough that the listener sleeps again."""
LAST_SECONDS = 5.0
IDLE_SECONDS = 30
HEARTBEAT_SECONDS = 3
"""PROTOCOL.md, L1."""
LOOK_SECONDS = 0.01
CHANGE = "UPDATE project_project SET name = name || '.' WHERE id = md5(%s)::uuid RETURNING id"
SESSIONS = """
SELECT pid, query_start, query
FROM pg_stat_activity
WHERE datname = %s AND backend_type = 'client backend' AND query_start IS NOT NULL
"""


def latency(bench: Bench) -> Iterator[Finding]:
    """From the return of the commit until a subscriber has the message; where that was the faster, 0."""
    committed: dict[str, float] = {}
    with bench.connection(ROWCAST) as database, database.cursor() as cursor, bench.head.subscribed() as ear:
        received: dict[str, float] = {}
        hearer = threading.Thread(target=_hear, args=(ear, received))
        hearer.start()
        for number in range(1, COMMITS + 1):
            time.sleep(PAUSE_SECONDS)
            cursor.execute(CHANGE, [str(number)])
            at = time.perf_counter()
            committed[str(cursor.fetchall()[0][0]).replace("-", "")] = at
        hearer.join()
    milliseconds = [max(0.0, received[key] - at) * 1000 for key, at in committed.items() if key in received]
    missing = f", {COMMITS - len(milliseconds)} NEVER CAME" if len(milliseconds) < COMMITS else ""
    note = f"{COMMITS} commits, 99th percentile {quantiles(milliseconds, n=100)[98]:.2f} ms{missing}"
    yield Finding(LATENCY, median(milliseconds), note)


def _hear(ear: "redis.client.PubSub", received: dict[str, float]) -> None:
    """Until none comes any more."""
    heard_at = time.perf_counter()
    while len(received) < COMMITS and time.perf_counter() - heard_at < LAST_SECONDS:
        message = ear.get_message(ignore_subscribe_messages=True, timeout=1.0)
        if message is not None:
            heard_at = time.perf_counter()
            received.setdefault(message["data"].partition(b'"uuid": "')[2][:32].decode(), heard_at)


def idle(bench: Bench) -> Iterator[Finding]:
    """Its sessions' queries, looked for so often that none is missed that is alone."""
    time.sleep(2 * PAUSE_SECONDS)
    name = bench.databases.name(ROWCAST)
    before = {(pid, at) for pid, at, _ in bench.databases.ask(SESSIONS, name)}
    queries: dict[tuple[int, object], str] = {}
    deadline = time.perf_counter() + IDLE_SECONDS
    while time.perf_counter() < deadline:
        queries |= {
            (pid, at): query for pid, at, query in bench.databases.ask(SESSIONS, name) if (pid, at) not in before
        }
        time.sleep(LOOK_SECONDS)
    sessions = {pid for pid, _ in before}
    heartbeats = len(sessions) * (IDLE_SECONDS // HEARTBEAT_SECONDS + 1)
    texts = sorted({" ".join(query.split())[:40] for query in queries.values()})
    note = f"{len(queries)} queries of {len(sessions)} sessions in {IDLE_SECONDS} s: {'; '.join(texts)}"
    yield Finding(IDLE, float(max(0, len(queries) - heartbeats)), note.replace("|", "\\|"))
