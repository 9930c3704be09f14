"""What listeners and gateway say, read: why epochs began, who took over, and what must not be there. Pure."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

EPOCH = re.compile(r"a new epoch begins on .*?, and clients are told to refetch: (.*)")
EXPECTED_END = re.compile(r"CommandError: .*(does not answer|cannot listen)")
"""At its start a process that finds no server says so and ends."""
KILLED = "ended with status -9"
TELLING = {
    "leads": "leading: ",
    "takeovers of a leader that did not move": "taking over: ",
    "steps down": "stepping down: ",
    "batches refused": "Redis refused a batch",
    "Redis back with everything": "Redis restarted or was replaced, and has everything",
    "finds of the safety poll": "the safety poll found rows for which no ring came",
    "failed publications": "Redis does not take messages",
    "lost sessions": "PostgreSQL is lost",
    "leaves trimmed": "the log had grown past its limits",
    "sessions that keep ASLEEP": "holds our lock ASLEEP",
    "gateway: Redis lost": "Redis is lost",
    "gateway: channels resumed": "messages had come while Redis was away",
    "gateway: messages missed": "are missed: ",
    "gateway: found without a hint": "no PUBLISH had told of them",
}
"""What is counted, and the words by which a line is known."""


@dataclass(slots=True)
class Logbook:
    """Of all processes. `faults`: lines that no process may print, each with its process."""

    epochs: list[tuple[str, str]] = field(default_factory=list)
    """Why each began, and which faults were done or had just been."""
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def hear(self, process: str, line: str, faults: Collection[str] = ()) -> None:
        """One line, and the faults that are being done."""
        if found := EPOCH.search(line):
            self.epochs.append((found[1], ", ".join(sorted(set(faults)))))
        for name, words in TELLING.items():
            self.counts[name] += words in line
        if "Traceback" in line or ("CommandError" in line and not EXPECTED_END.search(line)):
            self.faults.append(f"{process} says: {line}")
        if line.startswith("ended with status ") and line != KILLED:
            self.counts["ends without being killed"] += 1
