"""When a test of restarts has failed, and why."""

from collections import Counter
from dataclasses import replace

from stress.restarts.tally import FAULTS_AT_MOST, Tally
from stress.restarts.verdict import Outcome, figures, reasons

GOOD = Outcome(
    clients=100,
    restarts=3,
    restarted=3,
    published=5000,
    behind=0,
    status=0,
    errors=(),
    tally=Tally(told=300, reconnects=300, messages=400_000, refetched=12_000, slowest=1.25, slowest_entry=0.75),
)


def test_a_good_one_has_no_reasons() -> None:
    assert reasons(GOOD) == []


def test_its_figures_are_one_line() -> None:
    assert figures(GOOD) == (
        "3 restarts under 100 clients: 300 reconnects, the slowest let in after 0.75 s and served after 1.25 s;"
        " 0 refused; 5,000 messages published, 400,000 delivered, 12,000 to refetch after a reconnect"
    )


def test_who_was_refused_is_counted_by_reason() -> None:
    tally = replace(GOOD.tally, refused=Counter({"Connection refused": 2, "status 503": 1}))
    assert reasons(replace(GOOD, tally=tally)) == ["3 were refused (2 times Connection refused; 1 times status 503)"]


def test_who_was_cut_off_without_a_word_is_counted() -> None:
    tally = replace(GOOD.tally, told=299, unsaid=Counter({"without a Close": 1}))
    assert reasons(replace(GOOD, tally=tally)) == [
        "1 were cut off without being told (1 times without a Close)",
        "100 clients were told 299 times in all, by 3 restarts",
    ]


def test_who_did_not_come_back_or_did_not_hear_the_end_is_told() -> None:
    assert reasons(replace(GOOD, restarted=2, behind=1)) == [
        "after restart 3 of 3 not all clients were served again",
        "1 clients did not hear the last message",
    ]


def test_the_gateways_own_end_counts() -> None:
    (reason,) = reasons(replace(GOOD, status=1, errors=["lost Redis", "no room"]))
    assert reason == "the gateway ended with status 1, and 2 errors in its log; lost Redis; no room"


def test_faults_are_all_counted_and_the_first_are_told() -> None:
    tally = replace(GOOD.tally)
    for number in range(FAULTS_AT_MOST + 5):
        tally.fault(f"fault {number}")
    (reason,) = reasons(replace(GOOD, tally=tally))
    assert reason.startswith("25 messages were lost, or came twice: fault 0; fault 1;")
    assert "fault 20" not in reason


def test_the_slowest_reconnect_is_kept_and_arrivals_are_none() -> None:
    tally = Tally()
    for seconds in (None, 0.5, 2.0, 1.0):
        tally.opened(seconds)
        tally.served(seconds)
    assert (tally.connections, tally.reconnects, tally.slowest, tally.slowest_entry) == (4, 3, 2.0, 2.0)
