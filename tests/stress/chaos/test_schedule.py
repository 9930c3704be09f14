from collections import Counter
from random import Random

from stress.chaos.faults import COMBINATIONS, Kind, Target, Way, Whom
from stress.chaos.schedule import MOMENTS, schedule

SEEDS = range(20)


def test_the_same_seed_makes_the_same_faults() -> None:
    assert schedule(Random("7"), 5) == schedule(Random("7"), 5)
    assert schedule(Random("7"), 5) != schedule(Random("8"), 5)


def test_each_kind_comes_as_often_to_each_target() -> None:
    counts = Counter((fault.kind, fault.target) for fault in schedule(Random("1"), 6))
    assert counts == dict.fromkeys(COMBINATIONS, 6)


def test_a_long_schedule_sits_at_every_named_step() -> None:
    for seed in SEEDS:
        assert {fault.moment for fault in schedule(Random(seed), 12)} >= set(MOMENTS)


def test_a_long_schedule_stops_a_leader_until_another_takes_over() -> None:
    for seed in SEEDS:
        stops = [it for it in schedule(Random(seed), 30) if (it.kind, it.target) == (Kind.STOP, Target.LISTENER)]
        assert any(it.seconds > 10.0 and it.whom is Whom.LEADER for it in stops)


def test_only_what_can_be_done_is_asked_for() -> None:
    for fault in (fault for seed in SEEDS for fault in schedule(Random(seed), 20)):
        assert fault.way is not Way.LATE or fault.moment is not None
        assert fault.way is not Way.ONE or (fault.kind, fault.target) == (Kind.KILL, Target.POSTGRES)
        assert fault.way is not Way.EMPTY or (fault.kind, fault.target) == (Kind.KILL, Target.REDIS)
        assert fault.moment is not None or not fault.passes
