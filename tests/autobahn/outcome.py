"""What the Autobahn test suite says of a server: its report comes in; counts, and what should not be, go out. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

GOOD = {"OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED"}
DOCUMENTED = {
    "7.1.5": "a Close between a message's fragments is answered with 1002 where the suite waits for 1000; RFC 6455 asks"
    " for neither, and `websockets` says so in its own compliance notes",
}
"""Failures that are known, and why they may be."""


@dataclass(frozen=True, slots=True)
class Case:
    """What came of one."""

    number: str
    behavior: str
    """Of the messages."""
    closing: str
    """Of the end."""

    @classmethod
    def read(cls, number: str, said: Mapping[str, object]) -> Self:
        return cls(number, str(said["behavior"]), str(said["behaviorClose"]))

    @property
    def verdict(self) -> str:
        """The messages' word, where the end was right too."""
        return self.behavior if self.closing in GOOD else "FAILED"


def read_cases(index: Mapping[str, Mapping[str, object]]) -> list[Case]:
    """In the suite's order, from what it says of one agent."""
    cases = [Case.read(number, said) for number, said in index.items()]
    return sorted(cases, key=lambda case: list(map(int, case.number.split("."))))


def failures(cases: Sequence[Case]) -> list[Case]:
    """Those that nobody documented."""
    return [case for case in cases if case.verdict not in GOOD and case.number not in DOCUMENTED]


def told(cases: Sequence[Case]) -> list[str]:
    """A line for each verdict, and one for each case that is not strictly right but should be."""
    counts = Counter(case.verdict for case in cases)
    lines = [f"{count:4} {verdict}" for verdict, count in counts.most_common()]
    lines += [f"     {case.number} is {case.verdict}" for case in cases if case.verdict == "NON-STRICT"]
    for case in cases:
        if case.verdict not in GOOD:
            why = DOCUMENTED.get(case.number, f"messages {case.behavior}, end {case.closing}")
            lines.append(f"     {case.number} is {case.verdict}: {why}")
    return lines
