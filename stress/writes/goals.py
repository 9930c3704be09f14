"""The numbers to reach. Pure."""

from stress.findings import Goal

COMMITS = Goal("single-row commits, 32 writers, against no trigger", "%", (0.60, 0.70, 0.85))
AGAINST_NOTIFY = Goal("the same, against a row trigger with pg_notify", "×", (2.0, 2.5, 4.0))
AGAINST_PLAIN = Goal("the same, against a trigger that writes one row to a plain log", "%", (None, None, None))
NOBODY_HOME = Goal("the same, nobody home against listener awake", "×", (0.9, 1.0, None))
ONE_WRITER = Goal("single-row commits, 1 writer, against no trigger", "%", (0.85, 0.92, None))
ONE_AGAINST_PLAIN = Goal("the same, against a trigger that writes one row to a plain log", "%", (None, None, None))
INSERT = Goal("INSERT of 100,000 rows in one statement, against no trigger", "×", (1.3, 1.1, None), is_ceiling=True)
SUSTAINED = Goal("capture → Redis, transactions of 20 rows", "rows/s", (15_000.0, 40_000.0, None))
SUSTAINED_SINGLY = Goal("the same, each row by a statement of its own", "rows/s", (15_000.0, 40_000.0, None))
BIG_COMMIT = Goal("one commit of 200,000 rows, until the last is in Redis", "s", (10.0, 4.0, None), is_ceiling=True)
BIG_COMMIT_SINGLY = Goal("the same, each row by a statement of its own", "s", (10.0, 4.0, None), is_ceiling=True)
LATENCY = Goal("commit → Redis, idle system, median", "ms", (2.0, 1.0, None), is_ceiling=True)
IDLE = Goal("idle listener, queries beyond its heartbeat", "", (0.0, None, None), is_ceiling=True)
