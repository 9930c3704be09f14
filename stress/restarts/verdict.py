"""Why a test of restarts failed, and what it has seen. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from stress.restarts.tally import Tally

ERRORS_AT_MOST = 3
"""So many are told in words."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one test."""

    clients: int
    restarts: int
    """That were asked for."""
    restarted: int
    """After which all clients were served again."""
    published: int
    behind: int
    """Clients that had not heard the last message in the end."""
    status: int
    """Of the gateway."""
    errors: Sequence[str]
    """Lines of the gateway's log that tell one."""
    tally: Tally


def reasons(outcome: Outcome) -> list[str]:
    """A sentence for each reason to call it failed; none: nobody was refused, and nothing was lost or came twice."""
    return list(_reasons(outcome))


def _reasons(outcome: Outcome) -> Iterator[str]:
    tally = outcome.tally
    if outcome.restarted < outcome.restarts:
        yield f"after restart {outcome.restarted + 1} of {outcome.restarts} not all clients were served again"
    yield from _counted("were refused", tally.refused)
    yield from _counted("were cut off without being told", tally.unsaid)
    if tally.told < outcome.restarts * outcome.clients:  # more: who came back to an old worker that was still open
        yield f"{outcome.clients} clients were told {tally.told} times in all, by {outcome.restarts} restarts"
    if tally.faults_in_all:
        yield f"{tally.faults_in_all} messages were lost, or came twice: {'; '.join(tally.faults)}"
    if outcome.behind:
        yield f"{outcome.behind} clients did not hear the last message"
    if outcome.status or outcome.errors:
        first = "".join(f"; {line}" for line in outcome.errors[:ERRORS_AT_MOST])
        yield f"the gateway ended with status {outcome.status}, and {len(outcome.errors)} errors in its log{first}"


def _counted(what: str, reasons: Mapping[str, int]) -> Iterator[str]:
    if total := sum(reasons.values()):
        yield f"{total} {what} ({'; '.join(f'{times} times {reason}' for reason, times in reasons.items())})"


def figures(outcome: Outcome) -> str:
    """As one line."""
    tally, refused = outcome.tally, sum(outcome.tally.refused.values())
    return (
        f"{outcome.restarted} restarts under {outcome.clients:,} clients: {tally.reconnects:,} reconnects, the slowest"
        f" let in after {tally.slowest_entry:.2f} s and served after {tally.slowest:.2f} s; {refused:,} refused;"
        f" {outcome.published:,} messages published, {tally.messages:,} delivered, {tally.refetched:,} to refetch after"
        " a reconnect"
    )
