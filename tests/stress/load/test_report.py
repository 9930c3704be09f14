"""On reports that thor 1.0.0 wrote."""

from pathlib import Path

import pytest

from stress.load.report import Report, read_report

REPORTS = Path(__file__).parent / "reports"
LATE = "WebSocket is not open: readyState 2 (CLOSING)"


@pytest.mark.parametrize(
    ("name", "report"),
    [
        ("good", Report(50, 0, {}, has_latency=True)),
        ("written_after_the_end", Report(50, 34, {LATE: 34}, has_latency=True)),
        ("refused", Report(0, 50, {"connect ECONNREFUSED 127.0.0.1:8001": 50}, has_latency=False)),
        ("no_such_page", Report(0, 50, {"Unexpected server response: 404": 50}, has_latency=False)),
    ],
)
def test_a_report_is_read(name: str, report: Report) -> None:
    """Compatibility T6."""
    assert read_report((REPORTS / f"{name}.txt").read_text(encoding="utf-8")) == report


def test_half_a_report_is_none() -> None:
    text = (REPORTS / "good.txt").read_text(encoding="utf-8")
    assert read_report(text[: text.index("Failed")]) is None
