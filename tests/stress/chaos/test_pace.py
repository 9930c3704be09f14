from stress.chaos.pace import BURST_SECONDS, Pace


def test_so_many_a_second_are_written() -> None:
    pace = Pace(100.0, now=0.0)
    assert pace.wait_seconds(50, now=0.0) == 0.5
    assert pace.wait_seconds(50, now=0.5) == 0.5


def test_after_a_standstill_a_burst_is_allowed_and_no_more() -> None:
    pace = Pace(100.0, now=0.0)
    assert pace.wait_seconds(int(100 * BURST_SECONDS), now=60.0) == 0.0
    assert pace.wait_seconds(10, now=60.0) > 0.0
