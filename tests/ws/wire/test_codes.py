"""Every row of the table of close codes is legal for a server to send (RFC 6455, sections 5.5 and 7.4)."""

import pytest
from websockets.frames import Close as CloseData

from ws.wire import codes
from ws.wire.codes import Close

ROWS = {name: value for name, value in vars(codes).items() if isinstance(value, Close)}


def test_a_code_always_says_the_same_about_reconnecting() -> None:
    """Two reasons may share a code, as a browser's page decides by the code."""
    codes_used = {row.code for row in ROWS.values()}
    assert codes_used == {1009, 1012, 1013, 4401, 4403, 4408}
    assert len({(row.code, row.reconnect) for row in ROWS.values()}) == len(codes_used)
    assert len({row.reason for row in ROWS.values()}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_code_may_be_sent(row: Close) -> None:
    CloseData(row.code, row.reason).check()


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_reason_fits_into_a_control_frame(row: Close) -> None:
    assert len(CloseData(row.code, row.reason).serialize()) <= 125


@pytest.mark.parametrize("row", [codes.RESTARTING, codes.MISSED, codes.TOO_SLOW])
def test_who_may_have_missed_something_is_told_to_refetch_and_may_return(row: Close) -> None:
    assert "refetch" in row.reason
    assert row.reconnect == "at once"
