"""The numbers to reach, and what was found beside them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Goal:
    """One row of the table; its levels from the weakest to the strongest, None where there is none."""

    measure: str
    unit: str
    levels: tuple[float | None, float | None, float | None]
    is_ceiling: bool = False

    def told(self, value: float) -> str:
        """With its unit: a ratio in percent, say."""
        return f"{value * 100:.0f} %" if self.unit == "%" else f"{value:,.{_digits(value)}f} {self.unit}".rstrip()

    def limit(self, level: float | None) -> str:
        return "" if level is None else f"{'≤' if self.is_ceiling else '≥'} {self.told(level)}"

    def reached(self, value: float) -> str:
        """The strongest level that this value has reached; nothing where there is none to reach."""
        if self.levels == (None, None, None):
            return ""
        for name, level in zip(("stretch", "aim", "must"), reversed(self.levels), strict=True):
            if level is not None and (value <= level if self.is_ceiling else value >= level):
                return name
        return "SHORT"


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


@dataclass(frozen=True, slots=True)
class Finding:
    """A goal's value, and what belongs to it: spread, absolute figures, what was late."""

    goal: Goal
    value: float
    note: str

    def row(self) -> tuple[str, ...]:
        goal = self.goal
        limits = [goal.limit(level) for level in goal.levels]
        return (goal.measure, goal.told(self.value), goal.reached(self.value), *limits, self.note)


def table(findings: Iterable[Finding]) -> str:
    """As Markdown."""
    heading = ("measure", "measured", "reached", "must", "aim", "stretch", "with")
    rows = [heading, ("---",) * len(heading), *(finding.row() for finding in findings)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def turns(variants: Sequence[str], rounds: int) -> list[Sequence[str]]:
    """Each round's order: A B, then B A, so that what drifts meets both alike."""
    return [variants if number % 2 == 0 else variants[::-1] for number in range(rounds)]


def ratios(ones: Sequence[float], others: Sequence[float]) -> list[float]:
    """Round by round."""
    return [one / other for one, other in zip(ones, others, strict=True)]


def compared(goal: Goal, ones: Sequence[float], others: Sequence[float], note: str) -> Finding:
    """The median of the rounds' ratios, with the least and the greatest."""
    found = ratios(ones, others)
    spread = f"{goal.told(min(found))} to {goal.told(max(found))}"
    return Finding(goal, median(found), f"{spread} in {len(found)} rounds; {note}")


def _digits(value: float) -> int:
    return 0 if value >= 100 or value == 0 else 2
