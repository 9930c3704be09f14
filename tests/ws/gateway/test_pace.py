"""How fast a client's frames are read."""

from ws.gateway.pace import BURST_SECONDS, read_until


def test_who_was_silent_may_say_a_burst() -> None:
    now = 1000.0
    assert read_until(0.0, now, frames=int(BURST_SECONDS * 100), per_second=100) <= now


def test_what_is_more_than_a_burst_is_read_when_it_is_due() -> None:
    now = 1000.0
    until = read_until(0.0, now, frames=int(BURST_SECONDS * 100) + 50, per_second=100)
    assert until == now + 0.5


def test_who_keeps_to_the_pace_never_waits() -> None:
    until = 0.0
    for now in range(1000, 2000):
        until = read_until(until, now, frames=100, per_second=100)
        assert until <= now


def test_who_floods_is_read_at_the_pace() -> None:
    until, now, read = 0.0, 1000.0, 0
    while now < 1100.0:
        until = read_until(until, now, frames=500, per_second=100)
        now, read = max(now, until), read + 500
    assert read <= 100 * (100 + BURST_SECONDS) + 500
