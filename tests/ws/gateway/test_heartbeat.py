"""Heartbeats are due after 4 s without traffic; the clock is the test's."""

from hypothesis import given
from hypothesis import strategies as st

from ws.gateway.heartbeat import IDLE_SECONDS, SLOT_SECONDS, HeartbeatWheel

START = 1000.0
LATE_SECONDS = 2 * SLOT_SECONDS
"""A client is looked at once in a slot."""


class Clock:
    """A wheel, and a time that passes in its slots."""

    def __init__(self, start: float = START) -> None:
        self.now = start
        self.wheel = HeartbeatWheel(start)

    def pass_seconds(self, seconds: float) -> None:
        """Tick through this span, slot by slot."""
        end = self.now + seconds
        while self.now < end:
            self.now = min(self.now + SLOT_SECONDS, end)
            self.wheel.tick(self.now)


class Idle:
    """Remembers its beats; each is traffic."""

    def __init__(self, traffic: float = START) -> None:
        self.traffic = traffic
        self.beats: list[float] = []
        self.looks: list[float] = []

    def traffic_at(self) -> float:
        return self.traffic

    def beat(self, now: float) -> None:
        self.traffic = now
        self.beats.append(now)

    def require_life(self, now: float) -> None:
        self.looks.append(now)


def idle_client(clock: Clock) -> Idle:
    """A client of the wheel that had traffic just now."""
    client = Idle(clock.now)
    clock.wheel.add(client, clock.now)
    return client


def test_no_heartbeat_before_four_seconds() -> None:
    """Compatibility B3."""
    clock = Clock()
    client = idle_client(clock)
    clock.pass_seconds(IDLE_SECONDS - 0.01)
    assert client.beats == []


def test_a_heartbeat_after_four_seconds_without_traffic() -> None:
    """Compatibility B3."""
    clock = Clock()
    client = idle_client(clock)
    clock.pass_seconds(IDLE_SECONDS + LATE_SECONDS)
    assert len(client.beats) == 1


def test_another_after_four_more() -> None:
    clock = Clock()
    client = idle_client(clock)
    clock.pass_seconds(3 * (IDLE_SECONDS + LATE_SECONDS))
    assert len(client.beats) == 3
    assert all(later - earlier >= IDLE_SECONDS for earlier, later in zip(client.beats, client.beats[1:], strict=False))


def test_traffic_postpones_it() -> None:
    """Compatibility B3."""
    clock = Clock()
    client = idle_client(clock)
    clock.pass_seconds(3.0)
    client.traffic = clock.now
    clock.pass_seconds(3.9)
    assert client.beats == []
    clock.pass_seconds(0.1 + LATE_SECONDS)
    assert len(client.beats) == 1


def test_a_removed_client_is_left_alone() -> None:
    clock = Clock()
    removed, stays = idle_client(clock), idle_client(clock)
    clock.wheel.remove(removed)
    clock.wheel.remove(removed)
    clock.pass_seconds(2 * IDLE_SECONDS)
    assert removed.beats == []
    assert stays.beats


def test_a_client_that_was_idle_for_long_is_due_at_the_next_tick() -> None:
    clock = Clock()
    client = Idle(traffic=0.0)
    clock.wheel.add(client, clock.now)
    clock.pass_seconds(LATE_SECONDS)
    assert len(client.beats) == 1


def test_after_a_long_stall_each_client_is_beaten_once() -> None:
    clock = Clock()
    clients = [idle_client(clock) for _ in range(3)]
    clock.now += 1000.0
    clock.wheel.tick(clock.now)
    assert [len(client.beats) for client in clients] == [1, 1, 1]


def test_a_tick_in_the_past_does_no_harm() -> None:
    clock = Clock()
    client = idle_client(clock)
    clock.wheel.tick(clock.now - 10.0)
    clock.pass_seconds(IDLE_SECONDS + LATE_SECONDS)
    assert len(client.beats) == 1


class NaiveModel:
    """Looks at every client at every tick."""

    def __init__(self, traffic: float) -> None:
        self.traffic = traffic

    def is_due(self, now: float) -> bool:
        return now - self.traffic >= IDLE_SECONDS

    def is_overdue(self, now: float) -> bool:
        return now - self.traffic >= IDLE_SECONDS + LATE_SECONDS


EVENTS = st.lists(
    st.tuples(st.floats(0, 6), st.sampled_from(["tick", "tick", "traffic", "traffic to all"]), st.integers(0, 2)),
    max_size=40,
)


@given(st.floats(0, 10**6), EVENTS)
def test_the_wheel_beats_whom_a_naive_model_would(start: float, events: list[tuple[float, str, int]]) -> None:
    """Nobody too early; after each tick nobody is overdue by more than the width of two slots."""
    wheel, now = HeartbeatWheel(start), start
    clients, models = [Idle(start) for _ in range(3)], [NaiveModel(start) for _ in range(3)]
    for client in clients:
        wheel.add(client, now)
    for seconds, event, which in events:
        now += seconds
        touched = range(3) if event == "traffic to all" else [which]
        if event == "tick":
            compare_tick(wheel, clients, models, now)
        else:
            for at in touched:
                clients[at].traffic = models[at].traffic = now


def compare_tick(wheel: HeartbeatWheel, clients: list[Idle], models: list[NaiveModel], now: float) -> None:
    """One tick of wheel and models."""
    before = [len(client.beats) for client in clients]
    wheel.tick(now)
    for client, model, beats in zip(clients, models, before, strict=True):
        beaten = len(client.beats) - beats
        assert beaten <= model.is_due(now)
        assert beaten >= model.is_overdue(now)
        if beaten:
            model.traffic = now


def test_whoever_has_traffic_is_looked_at_all_the_same() -> None:
    clock, busy = Clock(), Idle()
    clock.wheel.add(busy, START)
    for _ in range(200):
        busy.traffic = clock.now
        clock.pass_seconds(SLOT_SECONDS)
    assert busy.beats == []
    assert len(busy.looks) >= 200 * SLOT_SECONDS / IDLE_SECONDS - 1


def test_who_leaves_at_its_heartbeat_does_not_come_back() -> None:
    """As one does whose buffer is full."""
    clock = Clock()

    class Leaving(Idle):
        def beat(self, now: float) -> None:
            super().beat(now)
            clock.wheel.remove(self)

    leaving = Leaving()
    clock.wheel.add(leaving, START)
    clock.pass_seconds(5 * IDLE_SECONDS)
    assert len(leaving.beats) == 1


def test_who_takes_no_heartbeat_is_not_asked_in_every_slot() -> None:
    clock = Clock()

    class Deaf(Idle):
        def beat(self, now: float) -> None:
            self.beats.append(now)

    deaf = Deaf()
    clock.wheel.add(deaf, START)
    clock.pass_seconds(5 * IDLE_SECONDS)
    assert len(deaf.beats) <= 6
