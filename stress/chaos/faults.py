"""What can be done to the pipeline: what, to whom, how, when and for how long. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import product

from stress.chaos.steps import Moment


class Kind(Enum):
    """The three things that can happen to a part."""

    KILL = "kill -9"
    STOP = "SIGSTOP"
    CUT = "cut off"


class Target(Enum):
    """To whom."""

    LISTENER = "listener"
    REDIS = "Redis"
    POSTGRES = "PostgreSQL"


class Way(Enum):
    """How it is killed or cut off."""

    WHOLE = "whole"
    ONE = "one backend"
    """Of PostgreSQL's: it ends all others by itself, and recovers."""
    EMPTY = "and emptied"
    """Redis comes back without its data."""
    RESET = "cut"
    REFUSE = "cut and refused"
    """New connections too, for a while."""
    DELAY = "delayed"
    """Nothing passes for a while, then all of it: a network that came back."""
    VANISH = "half-open"
    """What is connected never hears of the other end again, and is not told."""
    LATE = "late"
    """Only the connection of the trapped request: it arrives when nobody waits for it any more."""


class Whom(Enum):
    """Of several; where a fault sits at a named step, the leader is whoever takes it."""

    LEADER = "the leader"
    STANDBY = "the standby"
    BOTH = "both listeners"
    GATEWAY = "the gateway"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is done, and undone again."""

    kind: Kind
    target: Target
    way: Way
    whom: Whom
    moment: Moment | None
    """None: at any time."""
    passes: bool
    """Whether the trapped bytes go on their way afterwards."""
    pause: float
    """Seconds before it."""
    seconds: float
    """Until it is undone."""
    overlaps: bool
    """Whether it does not wait until what was done before has healed."""

    @property
    def name(self) -> str:
        """What is done, and to whom."""
        how = "" if self.way is Way.WHOLE else f", {self.way.value}"
        return f"{self.kind.value} {self.target.value}{how}"

    def __str__(self) -> str:
        when = f" at {self.moment}{' that passes' if self.passes else ''}" if self.moment else ""
        return f"{self.name} ({self.whom.value}){when}, {self.seconds:.1f} s"


COMBINATIONS: Sequence[tuple[Kind, Target]] = tuple(product(Kind, Target))
