"""A loop that is held is seen to be."""

import asyncio

from ws.gateway.loop_watch import STILL_SECONDS_AT_MOST, LoopWatch


class Clock:
    """The loop's own goes on; this one goes when it is set. `is_read` is set when it is read."""

    def __init__(self) -> None:
        self.now = 100.0
        self.is_read = asyncio.Event()

    def __call__(self) -> float:
        self.is_read.set()
        return self.now


def test_a_loop_that_was_held_is_late_by_as_long() -> None:
    async def run() -> LoopWatch:
        clock = Clock()
        watch = LoopWatch(clock)
        clock.now += 1.1
        clock.is_read.clear()
        await clock.is_read.wait()
        return watch

    watch = asyncio.run(run())
    assert round(watch.lateness.seconds, 3) == 1.0
    assert watch.pulse.troubles("the loop") == ()


def test_a_loop_that_does_not_turn_is_not_alive() -> None:
    async def run() -> tuple[str, ...]:
        clock = Clock()
        watch = LoopWatch(clock)
        clock.now += STILL_SECONDS_AT_MOST + 1
        return watch.pulse.troubles("the loop")

    assert asyncio.run(run()) == ("the loop has not moved for 11 s",)
