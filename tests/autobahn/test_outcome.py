"""What the suite's report comes to."""

from tests.autobahn.outcome import Case, failures, read_cases, told

RIGHT = {"behavior": "OK", "behaviorClose": "OK"}


def test_cases_stand_in_the_order_of_their_numbers() -> None:
    cases = read_cases({"10.1.1": RIGHT, "9.1.10": RIGHT, "9.1.2": RIGHT})
    assert [case.number for case in cases] == ["9.1.2", "9.1.10", "10.1.1"]


def test_a_wrong_end_is_a_failure() -> None:
    case = Case("7.7.1", "OK", "WRONG CODE")
    assert failures([case]) == [case]
    assert told([case]) == ["   1 FAILED", "     7.7.1 is FAILED: messages OK, end WRONG CODE"]


def test_what_is_documented_is_told_and_no_failure() -> None:
    case = Case("7.1.5", "FAILED", "WRONG CODE")
    assert failures([case]) == []
    assert "compliance notes" in told([case])[1]


def test_what_is_not_offered_or_only_informs_is_no_failure() -> None:
    cases = [Case("12.1.1", "UNIMPLEMENTED", "OK"), Case("7.1.6", "INFORMATIONAL", "INFORMATIONAL")]
    assert failures([*cases, Case("6.4.1", "NON-STRICT", "OK")]) == []
