"""Whether something moves."""

from ws.health.standing import Pulse


class Clock:
    """Stands still until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_moves_has_no_trouble() -> None:
    clock = Clock()
    pulse = Pulse(clock, 10.0)
    clock.now = 109.0
    pulse.move()
    clock.now = 119.0
    assert pulse.troubles("the loop") == ()


def test_what_stands_still_for_longer_is_named() -> None:
    clock = Clock()
    pulse = Pulse(clock, 10.0)
    clock.now = 111.0
    assert pulse.troubles("the loop") == ("the loop has not moved for 11 s",)
