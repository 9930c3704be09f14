"""Transactions of one row, by many writers and by one."""

from collections.abc import Iterator, Sequence
from statistics import median

from stress.findings import Finding, compared, turns
from stress.writes.bench import NOBODY, Bench
from stress.writes.databases import BARE, NOTIFY, PLAIN, ROWCAST
from stress.writes.goals import (
    AGAINST_NOTIFY,
    AGAINST_PLAIN,
    COMMITS,
    NOBODY_HOME,
    ONE_AGAINST_PLAIN,
    ONE_WRITER,
)
from stress.writes.peer import hearing

WARM_UP_SECONDS = 3
MANY = 32
UPDATE = """
\\set number random(1, 100000)
\\set value random(1, 2000000000)
UPDATE project_project SET name = :value WHERE id = md5(:number::text)::uuid;
"""


def many_writers(bench: Bench) -> Iterator[Finding]:
    """Against no trigger, against pg_notify, against a plain log, and with nobody home."""
    with bench.connection(NOTIFY) as database, hearing(database):
        found = _rounds(bench, (BARE, ROWCAST, PLAIN, NOTIFY, NOBODY), MANY)
    bare, ours, notify, nobody = found[BARE], found[ROWCAST], found[NOTIFY], found[NOBODY]
    yield compared(COMMITS, ours, bare, _medians(found, ROWCAST, BARE))
    yield compared(AGAINST_NOTIFY, ours, notify, _medians(found, ROWCAST, NOTIFY))
    yield compared(AGAINST_PLAIN, ours, found[PLAIN], _medians(found, ROWCAST, PLAIN))
    yield compared(NOBODY_HOME, nobody, ours, _medians(found, NOBODY, ROWCAST))


def one_writer(bench: Bench) -> Iterator[Finding]:
    """Against no trigger, and against a plain log."""
    found = _rounds(bench, (BARE, ROWCAST, PLAIN), 1)
    yield compared(ONE_WRITER, found[ROWCAST], found[BARE], _medians(found, ROWCAST, BARE))
    yield compared(ONE_AGAINST_PLAIN, found[ROWCAST], found[PLAIN], _medians(found, ROWCAST, PLAIN))


def _rounds(bench: Bench, variants: Sequence[str], writers: int) -> dict[str, list[float]]:
    """Transactions a second of each variant, round by round."""
    found: dict[str, list[float]] = {variant: [] for variant in variants}
    for variant in variants:
        bench.write(variant, UPDATE, writers=writers, seconds=min(WARM_UP_SECONDS, bench.seconds))
    for number, order in enumerate(turns(variants, bench.rounds), 1):
        for variant in order:
            found[variant].append(bench.write(variant, UPDATE, writers=writers))
            bench.say(f"  {writers} writers, round {number}, {variant}: {found[variant][-1]:,.0f} commits/s")
    return found


def _medians(found: dict[str, list[float]], *variants: str) -> str:
    return ", ".join(f"{variant} {median(found[variant]):,.0f} commits/s" for variant in variants)
