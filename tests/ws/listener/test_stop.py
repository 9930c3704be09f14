"""SIGTERM and SIGINT wake a `select`, and leave no trace afterwards."""

import signal
from select import select

import pytest

from ws.listener.stop import StopSignal

WAKE_SECONDS = 10.0
SIGNALS = [signal.SIGTERM, signal.SIGINT]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_sets_it_and_wakes_a_select(number: signal.Signals) -> None:
    with StopSignal() as stop:
        signal.raise_signal(number)
        assert select([stop.fileno()], [], [], WAKE_SECONDS)[0]
        assert stop.is_set


def test_it_stays_readable_until_it_is_looked_at() -> None:
    with StopSignal() as stop:
        signal.raise_signal(signal.SIGTERM)
        assert [bool(select([stop.fileno()], [], [], WAKE_SECONDS)[0]) for _ in range(3)] == [True] * 3


def test_without_a_signal_it_is_neither_set_nor_readable() -> None:
    with StopSignal() as stop:
        assert not stop.is_set
        assert not select([stop.fileno()], [], [], 0)[0]


def test_many_signals_do_no_harm() -> None:
    with StopSignal() as stop:
        for _ in range(100):
            signal.raise_signal(signal.SIGTERM)
        assert stop.is_set


@pytest.mark.parametrize("number", SIGNALS)
def test_what_a_signal_did_before_it_does_afterwards(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with StopSignal():
        assert signal.getsignal(number) != before
    assert signal.getsignal(number) == before


def test_the_wake_up_file_of_before_is_restored() -> None:
    before = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(before)
    with StopSignal():
        pass
    assert signal.set_wakeup_fd(before) == before
