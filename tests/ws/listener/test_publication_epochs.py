"""The numbering that a process begins: its name, and that its beginning is told, answered or not."""

import re

import pytest

from tests.wire_cutter import WireCutter
from tests.ws.listener.conftest import StartListener
from ws.listener.observations import EpochBegan, PublicationFailed
from ws.listener.publication import new_epoch


def test_no_two_epochs_are_alike() -> None:
    """PROTOCOL.md, X3: whatever Redis forgot, none comes back."""
    assert len({new_epoch() for _ in range(10_000)}) == 10_000


def test_an_epoch_is_16_hex_digits() -> None:
    assert re.fullmatch("[0-9a-f]{16}", new_epoch())


@pytest.mark.usefixtures("step")  # so that Redis knows the scripts, and its next answer is the beginning's
def test_an_epoch_that_began_without_an_answer_is_told_when_it_is_found(
    start_listener: StartListener, wire: WireCutter
) -> None:
    listener = start_listener(wire.url, before_begin=wire.cut_at_answer)
    listener.observed.wait_for(PublicationFailed)
    assert (
        listener.observed.wait_for(EpochBegan).reason == "Redis holds no cursor of this log: it is new, or was emptied"
    )
    listener.stop()
    assert len(listener.observed.of(EpochBegan)) == 1
