import dataclasses

import pytest

from stress.load.report import Report
from stress.load.tally import Tally
from stress.load.verdict import Load, Verdict, reasons

GOOD = Load(
    connections=50,
    messages=3,
    tally=Tally(opened=50, answers=150, answered=50, over=50, afterwards=12),
    report=Report(50, 0, {}, has_latency=True),
    hung_seconds=None,
)
VERIFIED = Verdict([], "what was heard is what was committed")
REFUSED = Report(48, 2, {"connect ECONNREFUSED": 2}, has_latency=True)


def test_nothing_speaks_against_a_good_test() -> None:
    assert reasons(GOOD, VERIFIED) == []
    assert VERIFIED.text == "Verdict: good. What was heard is what was committed."


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"tally": Tally(opened=48, answered=48, refused=2, over=50), "report": REFUSED},
            "2 of 50 did not connect (2 times connect ECONNREFUSED)",
        ),
        ({"tally": Tally(opened=50, answered=49, unanswered=1, over=50)}, "1 of 50 that connected did not get all"),
        ({"hung_seconds": 35.0}, "the server hung: nothing moved for 35 s"),
        ({"report": None}, "thor ended without a report"),
        ({"report": Report(50, 1, {"read ECONNRESET": 1}, has_latency=True)}, "1 errors (1 times read ECONNRESET)"),
        ({"report": Report(50, 0, {}, has_latency=False)}, "no latency (NaN)"),
        ({"report": Report(49, 0, {}, has_latency=True)}, "reports 49 connections, but its workers opened 50"),
    ],
)
def test_each_reason_is_one_sentence(changes: dict[str, object], reason: str) -> None:
    """Compatibility R18, T6."""
    (found,) = reasons(dataclasses.replace(GOOD, **changes), VERIFIED)  # type: ignore[arg-type]
    assert reason in found


def test_a_bad_verdict_fails_a_good_load() -> None:
    assert reasons(GOOD, Verdict(["3 of 9 changes did not arrive"], "")) == ["3 of 9 changes did not arrive"]
