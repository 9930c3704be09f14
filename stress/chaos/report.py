"""The figures at the end of a test, as text. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from stress.chaos.faults import Kind, Target
from stress.chaos.ledger import Ledger
from stress.chaos.logbook import Logbook
from stress.chaos.reception import Reception
from stress.chaos.tally import Tally

FIRST_DIFFERENCES = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a test leaves."""

    seed: int
    seconds: float
    done: Mapping[tuple[Kind, Target], int]
    caught: Mapping[str, int]
    missed: int
    heal_seconds: Mapping[tuple[Kind, Target], Sequence[float]]
    ledger: Ledger
    tally: Tally
    client: Reception
    closes: Counter[str]
    refetches: int
    stream: Reception
    outruns: int
    logbook: Logbook
    differences: Sequence[str]


def report(outcome: Outcome) -> Iterator[str]:
    """Line by line."""
    yield ""
    yield from _faults(outcome)
    yield from _changes(outcome)
    yield from _messages(outcome)
    yield from _log(outcome.logbook, len(outcome.stream.epochs))
    yield ""
    for text in outcome.differences[:FIRST_DIFFERENCES]:
        yield f"DIFFERENCE: {text}."
    if outcome.differences:
        yield f"FAILED: {len(outcome.differences)} differences; --seed {outcome.seed} makes the same faults again."
    else:
        yield (
            f"PASSED: each of {outcome.ledger.changes} committed changes was heard or refetched, none twice, in order;"
            f" seed {outcome.seed}, {outcome.seconds:.0f} s."
        )


def _faults(outcome: Outcome) -> Iterator[str]:
    yield f"{'faults':<10}" + "".join(f"{target.value:>24}" for target in Target)
    for kind in Kind:
        cells = [_cell(outcome, kind, target) for target in Target]
        yield f"{kind.value:<10}" + "".join(f"{cell:>24}" for cell in cells)
    yield "(until a message came again after the end of the fault: median and longest)"
    at_steps = ", ".join(f"{name} {times}" for name, times in sorted(outcome.caught.items()))
    yield f"of them at named steps: {sum(outcome.caught.values())}: {at_steps or 'none'}"
    yield f"for {outcome.missed} their step did not come in time, and they were done without it"


def _cell(outcome: Outcome, kind: Kind, target: Target) -> str:
    seconds = outcome.heal_seconds.get((kind, target)) or [0.0]
    return f"{outcome.done.get((kind, target), 0)} ({median(seconds):.1f}, {max(seconds):.1f} s)"


def _changes(outcome: Outcome) -> Iterator[str]:
    ledger, tally = outcome.ledger, outcome.tally
    committed = len(tally.unknown & ledger.transactions)
    lost = len(tally.relaxed - ledger.transactions)
    yield f"changes: {ledger.changes} in {len(ledger.transactions)} transactions; {tally.rolled_back} rolled back"
    yield (
        f"unknown commits: {len(tally.unknown)}, of which the ledger has {committed}; {tally.broken} broken before;"
        f" asynchronous commits that a crash took back: {lost}"
    )


def _messages(outcome: Outcome) -> Iterator[str]:
    client, stream = outcome.client, outcome.stream
    yield (
        f"messages: {client.messages} heard by the client, over {len(client.segments)} segments, with"
        f" {outcome.refetches} refetches; {stream.messages} read in the stream, outrun {outcome.outruns} times"
    )
    for reason, times in outcome.closes.most_common():
        yield f"  the client was closed {times} times: {reason}"


def _log(logbook: Logbook, in_stream: int) -> Iterator[str]:
    yield f"epochs: {in_stream} in the stream, {len(logbook.epochs)} with a reason in a listener's log"
    for (reason, faults), times in Counter(logbook.epochs).most_common():
        yield f"  {times} times: {reason} (while: {faults or 'nothing'})"
    counts = ", ".join(f"{name} {times}" for name, times in logbook.counts.items() if times)
    yield f"the processes say: {counts}"
