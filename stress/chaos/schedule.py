"""What is done in one test, thought out beforehand from a seed. Chance is an argument.

Comes in: how many of each kind. Goes out: a list of faults.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from random import Random

from stress.chaos.faults import COMBINATIONS, Fault, Kind, Target, Way, Whom
from stress.chaos.steps import Moment, Step

MOMENTS: Sequence[Moment] = tuple(Moment(step, at_answer) for at_answer in (False, True) for step in Step)
AT_A_STEP = 0.6
"""Of the faults; the others happen at any time."""
OVERLAPPING = 0.12
LONG = 0.15
"""Of the faults last longer than the time-outs that are to notice them."""
LONG_SECONDS: Mapping[tuple[Kind, Target], tuple[float, float]] = {
    (Kind.KILL, Target.LISTENER): (2.0, 4.0),
    (Kind.KILL, Target.REDIS): (2.0, 6.0),
    (Kind.KILL, Target.POSTGRES): (2.0, 6.0),
    (Kind.STOP, Target.LISTENER): (11.0, 14.0),
    (Kind.STOP, Target.REDIS): (5.5, 8.0),
    (Kind.STOP, Target.POSTGRES): (5.5, 12.0),
}
LONG_CUT_SECONDS = (6.0, 12.0)
SHORT_SECONDS = (0.05, 0.8)
PAUSE_SECONDS = (0.1, 0.8)
CUTS = (Way.RESET,) * 3 + (Way.REFUSE,) * 3 + (Way.DELAY,) * 2 + (Way.VANISH,)
LATE_STEPS = frozenset({Step.LOAD, Step.BEGIN, Step.CONFIRM, Step.PUBLISH, Step.LEASE})


def schedule(random: Random, times: int) -> list[Fault]:
    """So many of each kind for each target, in a random order; the named steps in turn, so that each has its share."""
    moments = cycle(random.sample(MOMENTS, len(MOMENTS)))
    faults = [_fault(random, kind, target, moments) for kind, target in COMBINATIONS for _ in range(times)]
    random.shuffle(faults)
    return faults


def _fault(random: Random, kind: Kind, target: Target, moments: Iterator[Moment]) -> Fault:
    moment = next(moments) if random.random() < AT_A_STEP else None
    way = _way(random, kind, target, moment)
    return Fault(
        kind=kind,
        target=target,
        way=way,
        whom=_whom(random, kind, target),
        moment=moment,
        passes=moment is not None and random.random() < 0.5,
        pause=random.uniform(*PAUSE_SECONDS),
        seconds=_seconds(random, kind, target, way),
        overlaps=random.random() < OVERLAPPING,
    )


def _way(random: Random, kind: Kind, target: Target, moment: Moment | None) -> Way:
    if kind is Kind.CUT:
        is_late = moment is not None and moment.step in LATE_STEPS and not moment.at_answer
        return Way.LATE if is_late and random.random() < 0.3 else random.choice(CUTS)
    if kind is Kind.KILL and target is Target.POSTGRES and random.random() < 0.25:
        return Way.ONE
    if kind is Kind.KILL and target is Target.REDIS and random.random() < 0.1:
        return Way.EMPTY
    return Way.WHOLE


def _whom(random: Random, kind: Kind, target: Target) -> Whom:
    if target is Target.LISTENER:
        return random.choices([Whom.LEADER, Whom.STANDBY, Whom.BOTH], [7, 1, 2])[0]
    if kind is not Kind.CUT:
        return Whom.ALL
    if target is Target.REDIS:
        return random.choices([Whom.LEADER, Whom.BOTH, Whom.GATEWAY, Whom.ALL], [4, 1, 2, 3])[0]
    return random.choices([Whom.LEADER, Whom.BOTH], [3, 1])[0]


def _seconds(random: Random, kind: Kind, target: Target, way: Way) -> float:
    if way is Way.RESET:
        return 0.0
    if way is Way.LATE:
        return random.uniform(*LONG_CUT_SECONDS)
    is_long = random.random() < LONG and way is not Way.VANISH
    long_seconds = LONG_SECONDS.get((kind, target), LONG_CUT_SECONDS)
    return random.uniform(*(long_seconds if is_long else SHORT_SECONDS))
