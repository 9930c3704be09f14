"""How many rows a second reach Redis for minutes, while the same machine writes them."""

from collections.abc import Iterator
from dataclasses import dataclass

from stress.findings import Finding, Goal
from stress.writes.bench import LATE_SECONDS, Bench
from stress.writes.databases import ROWCAST
from stress.writes.goals import SUSTAINED, SUSTAINED_SINGLY

ROWS = 20
WRITERS = 16
TRIAL_SECONDS = 20
SLOWER = 0.85
TRIALS_AT_MOST = 8
# Each writer has rows of its own: two that met would wait for each other, or die of it.
START = """
\\set first :client_id * 1000 + 20 * random(0, 49)
\\set value random(1, 2000000000)
"""
ALL = """
UPDATE project_project SET name = :value
WHERE id IN (SELECT md5((:first + number)::text)::uuid FROM generate_series(1, 20) AS number);
"""
ONE = """
\\set first :first + 1
UPDATE project_project SET name = :value WHERE id = md5(:first::text)::uuid;
"""
TOGETHER = f"{START}\n{ALL}"
SINGLY = "\n".join([START, "BEGIN;", *[ONE] * ROWS, "END;"])


@dataclass(frozen=True, slots=True)
class Attempt:
    """Writing for a while at most so fast."""

    rows_per_second: float
    """Written."""
    published_per_second: float
    """While it was written."""
    settled_seconds: float
    """After the end."""

    @property
    def is_sustained(self) -> bool:
        """A lag that grew by 1 % of ten minutes would show."""
        return self.settled_seconds <= LATE_SECONDS


def sustained(bench: Bench) -> Iterator[Finding]:
    """With one statement for a transaction's rows, and with one for each."""
    yield _sustained(bench, SUSTAINED, TOGETHER)
    yield _sustained(bench, SUSTAINED_SINGLY, SINGLY)


def _sustained(bench: Bench, goal: Goal, script: str) -> Finding:
    """As fast as the writers can, or as fast as Redis has everything by the end."""
    limit: float | None = None
    for _ in range(TRIALS_AT_MOST):
        if (trial := _attempt(bench, script, TRIAL_SECONDS, limit)).is_sustained:
            break
        limit = SLOWER * min(trial.published_per_second, limit or trial.published_per_second)
    long = _attempt(bench, script, bench.sustained_seconds, limit)
    how = "as fast as the writers could" if limit is None else "writers held back"
    verdict = "" if long.is_sustained else "LAG GREW: "
    note = (
        f"{verdict}{bench.sustained_seconds} s, {how}, Redis had everything {long.settled_seconds:.2f} s after the end"
    )
    return Finding(goal, long.rows_per_second if long.is_sustained else 0.0, note)


def _attempt(bench: Bench, script: str, seconds: int, rows_per_second: float | None) -> Attempt:
    per_second = None if rows_per_second is None else rows_per_second / ROWS
    bench.head.mark()
    run = bench.run(ROWCAST, script, writers=WRITERS, seconds=seconds, per_second=per_second)
    published = bench.head.published()
    rows = run.transactions * ROWS
    attempt = Attempt(rows / seconds, published / seconds, bench.head.wait_for(rows))
    bench.say(
        f"  {ROWS} rows a transaction, {seconds} s: {attempt.rows_per_second:,.0f} rows/s written,"
        f" {attempt.published_per_second:,.0f} published meanwhile, the rest {attempt.settled_seconds:.2f} s later"
    )
    return attempt
