"""Many rows at once: how much longer the statement takes, and when the last row is in Redis."""

import time
from collections.abc import Iterator
from statistics import median

from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from stress.findings import Finding, Goal, compared, turns
from stress.writes.bench import Bench
from stress.writes.databases import BARE, ROWCAST
from stress.writes.goals import BIG_COMMIT, BIG_COMMIT_SINGLY, INSERT

INSERTED = 100_000
COMMITTED = 200_000
INSERT_ROWS = """
INSERT INTO project_project (id, name)
SELECT gen_random_uuid(), 'project ' || number
FROM generate_series(1, %s) AS number
"""
INSERT_ROWS_SINGLY = """
DO $$
BEGIN
    FOR number IN 1..{rows} LOOP
        INSERT INTO project_project (id, name) VALUES (gen_random_uuid(), 'project ' || number);
    END LOOP;
END
$$
"""


def inserts(bench: Bench) -> Iterator[Finding]:
    """One statement's time, with the commit."""
    found: dict[str, list[float]] = {BARE: [], ROWCAST: []}
    with bench.connection(BARE) as bare, bench.connection(ROWCAST) as ours:
        connections = {BARE: bare, ROWCAST: ours}
        for number, order in enumerate(turns((BARE, ROWCAST), 2 * bench.rounds), 1):
            for variant in order:
                bench.head.mark()
                found[variant].append(_seconds(connections[variant], INSERT_ROWS, INSERTED))
                bench.settle(INSERTED if variant == ROWCAST else 0)
                bench.say(f"  {INSERTED:,} rows, round {number}, {variant}: {found[variant][-1]:.2f} s")
    note = f"{median(found[ROWCAST]):.2f} s and {median(found[BARE]):.2f} s"
    yield compared(INSERT, found[ROWCAST], found[BARE], note)


def big_commits(bench: Bench) -> Iterator[Finding]:
    """From the return of the commit until the last message is in Redis."""
    with bench.connection(ROWCAST) as database:
        yield _big_commit(bench, database, BIG_COMMIT, INSERT_ROWS, COMMITTED)
        yield _big_commit(bench, database, BIG_COMMIT_SINGLY, INSERT_ROWS_SINGLY.format(rows=COMMITTED))


def _big_commit(bench: Bench, database: Connection, goal: Goal, statement: str, *parameters: int) -> Finding:
    waits, writes = list[float](), list[float]()
    for number in range(1, bench.rounds + 1):
        bench.head.mark()
        writes.append(_seconds(database, statement, *parameters))
        waits.append(bench.head.wait_for(COMMITTED))
        bench.say(
            f"  {COMMITTED:,} rows, round {number}: written in {writes[-1]:.2f} s, in Redis {waits[-1]:.2f} s later"
        )
    note = f"{min(waits):.2f} to {max(waits):.2f} s in {len(waits)} rounds; written in {median(writes):.2f} s"
    return Finding(goal, median(waits), note)


def _seconds(database: Connection, statement: str, *parameters: int) -> float:
    with database.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(statement, parameters or None)
        return time.perf_counter() - began
