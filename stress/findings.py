"""What a benchmark is to reach, and what it found, as a table. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Goal:
    """One row of the table; its levels from the weakest to the strongest, None where there is none."""

    measure: str
    unit: str
    levels: tuple[float | None, float | None, float | None] = (None, None, None)
    is_ceiling: bool = False

    def told(self, value: float) -> str:
        """With its unit: a ratio in percent, say, or as a part where it is a small one."""
        if self.unit == "%":
            return f"{value * 100:.0f} %"
        if self.unit == "1/×":
            return f"1/{1 / value:.1f}" if 0 < value < 1 else f"{value:.2f} ×"
        return f"{value:,.{_digits(value)}f} {self.unit}".rstrip()

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


@dataclass(frozen=True, slots=True)
class Finding:
    """A goal's value, and what belongs to it: spread, absolute figures, what was late."""

    goal: Goal
    value: float
    note: str
    is_void: bool = False
    """Something went missing meanwhile, so that the value shows nothing; the note says what."""

    def row(self, levels: int) -> tuple[str, ...]:
        goal = self.goal
        limits = [goal.limit(level) for level in goal.levels[:levels]]
        reached = "SHORT" if self.is_void else goal.reached(self.value)
        return (goal.measure, goal.told(self.value), reached, *limits, self.note)


def table(findings: Sequence[Finding]) -> str:
    """As Markdown; its third level is left out where nothing has one."""
    levels = ("must", "aim", "stretch")[: 3 if any(finding.goal.levels[2] is not None for finding in findings) else 2]
    heading = ("measure", "measured", "reached", *levels, "with")
    return markdown([heading, *(finding.row(len(levels)) for finding in findings)])


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """A table; its first row is the heading."""
    ruled = [rows[0], ("---",) * len(rows[0]), *rows[1:]]
    return "\n".join(f"| {' | '.join(row)} |" for row in ruled)


def turns(variants: Sequence[str], rounds: int) -> list[Sequence[str]]:
    """Each round's order: A B, then B A, so that what drifts meets both alike."""
    return [variants if number % 2 == 0 else variants[::-1] for number in range(rounds)]


def ratios(ones: Sequence[float], others: Sequence[float]) -> list[float]:
    """Round by round."""
    return [one / other for one, other in zip(ones, others, strict=True)]


def compared(goal: Goal, ones: Sequence[float], others: Sequence[float], note: str) -> Finding:
    """The median of the rounds' ratios, with the least and the greatest."""
    return middle(goal, ratios(ones, others), note)


def middle(goal: Goal, values: Sequence[float], note: str) -> Finding:
    """The median of the rounds, with the least and the greatest."""
    spread = f"{goal.told(min(values))} to {goal.told(max(values))}"
    return Finding(goal, median(values), f"{spread} in {len(values)} rounds; {note}")


def _digits(value: float) -> int:
    return 0 if value >= 100 or value == 0 else 2
