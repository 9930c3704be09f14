"""What this process remembers of its publication."""

import re

from ws.listener.publication import new_epoch


def test_no_two_epochs_are_alike() -> None:
    """PROTOCOL.md, X3: whatever Redis forgot, none comes back."""
    assert len({new_epoch() for _ in range(10_000)}) == 10_000


def test_an_epoch_is_16_hex_digits() -> None:
    assert re.fullmatch("[0-9a-f]{16}", new_epoch())
