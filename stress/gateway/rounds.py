"""What the rounds of a measure have found, of each server. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from stress.findings import Finding, Goal, middle, ratios


@dataclass(slots=True)
class Rounds:
    """Of one server."""

    name: str
    values: list[float] = field(default_factory=list)
    wrongs: list[str] = field(default_factory=list)
    """What went missing, round by round; nothing where all came."""

    def add(self, value: float, wrong: str) -> None:
        """A round."""
        self.values.append(value)
        self.wrongs.append(wrong)

    @property
    def wrong(self) -> str:
        """Of the first round in which something was."""
        return next((f"FAILED: {wrong}" for wrong in self.wrongs if wrong), "")

    def told(self, digits: int) -> str:
        """For a cell of a table."""
        spread = f"{median(self.values):,.{digits}f} ({min(self.values):,.{digits}f} to {max(self.values):,.{digits}f})"
        return f"{spread}; {self.wrong}" if self.wrong else spread


def alone(goal: Goal, ours: Rounds) -> Finding:
    """The median, as it is."""
    return _judged(middle(goal, ours.values, ours.name), ours)


def beside(goal: Goal, ours: Rounds, peer: Rounds | None, digits: int) -> Iterator[Finding]:
    """The median of the rounds' ratios to a peer; nothing where it was not measured."""
    if peer is None:
        return
    note = ", ".join(f"{each.name} {median(each.values):,.{digits}f}" for each in (ours, peer))
    finding = middle(goal, ratios(ours.values, peer.values), note)
    if peer.wrong:
        finding = Finding(goal, finding.value, f"{finding.note}; {peer.name} {peer.wrong}")
    yield _judged(finding, ours)


def _judged(finding: Finding, ours: Rounds) -> Finding:
    if not ours.wrong:
        return finding
    return Finding(finding.goal, finding.value, f"{ours.wrong}; {finding.note}", is_void=True)


def named(rounds: Sequence[Rounds], name: str) -> Rounds | None:
    """Those of this server."""
    return next((each for each in rounds if each.name == name), None)
