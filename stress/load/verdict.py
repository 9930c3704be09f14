"""What the verifying clients say, and with thor's figures, why a load test failed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from stress.load.report import Report
from stress.load.tally import Tally


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of the verifying clients."""

    failures: Sequence[str]
    confirmation: str
    """What was verified, if nothing failed."""

    @property
    def text(self) -> str:
        """For the log."""
        if self.failures:
            return "\n".join(["Verdict: failed.", *(f"- {failure}" for failure in self.failures)])
        return f"Verdict: good. {self.confirmation[:1].upper()}{self.confirmation[1:]}."


@dataclass(frozen=True, slots=True)
class Load:
    """How thor's crowd fared."""

    connections: int
    messages: int
    tally: Tally
    report: Report | None
    """None: thor ended without one."""
    hung_seconds: float | None
    """For how long nothing had moved when thor was told to end; None: it ended by itself."""


def reasons(load: Load, verdict: Verdict) -> list[str]:
    """A sentence for each reason to call the test failed; none: every connection was made and answered."""
    return [*_hung(load), *_unconnected(load), *_unanswered(load), *_reported(load), *verdict.failures]


def _hung(load: Load) -> list[str]:
    if load.hung_seconds is None:
        return []
    return [f"the server hung: nothing moved for {load.hung_seconds:g} s, so thor was told to end"]


def _unconnected(load: Load) -> list[str]:
    missing = load.connections - load.tally.opened
    if missing <= 0:
        return []
    return [f"{missing} of {load.connections} did not connect{_why(load)}"]


def _unanswered(load: Load) -> list[str]:
    missing = load.tally.opened - load.tally.answered
    if missing <= 0:
        return []
    each = "an answer" if load.messages == 1 else f"all of their {load.messages} answers"
    return [f"{missing} of {load.tally.opened} that connected did not get {each}"]


def _reported(load: Load) -> list[str]:
    report = load.report
    if report is None:
        return ["thor ended without a report"]
    found = []
    if report.failed and load.tally.opened >= load.connections:
        found.append(f"thor reports {report.failed} errors{_why(load)}")
    if not report.has_latency and load.tally.answered:
        found.append("thor measured no latency (NaN)")
    if report.connected != load.tally.opened:
        found.append(f"thor reports {report.connected} connections, but its workers opened {load.tally.opened}")
    return found


def _why(load: Load) -> str:
    errors = load.report.errors if load.report is not None else {}
    return f" ({'; '.join(f'{times} times {message}' for message, times in errors.items())})" if errors else ""
