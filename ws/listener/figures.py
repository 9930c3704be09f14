"""What a listener has done and where it stands, read from what it observes. Pure: time is an argument."""

from collections.abc import Callable
from typing import Literal

from ws.listener.log_observations import Behind, Carried, CaughtUp, Published
from ws.listener.message_observations import Misfortune
from ws.listener.observations import (
    BacklogFull,
    DatabaseLost,
    EpochBegan,
    Leading,
    Listening,
    OutcomeUnknown,
    PublicationFailed,
    PublicationRegained,
    RedisLost,
    RedisRegained,
    SessionLost,
    StandingBy,
    SteppedDown,
    Stopped,
    StoppedShort,
)
from ws.observation import Observation

Role = Literal["starting", "leading", "standing_by", "away", "stopped"]
ROLES: tuple[Role, ...] = ("starting", "leading", "standing_by", "away", "stopped")

_ROLES: dict[type[Observation], Role] = {
    Leading: "leading",
    Listening: "leading",
    StandingBy: "standing_by",
    SteppedDown: "standing_by",
    SessionLost: "away",
    DatabaseLost: "away",
    Stopped: "stopped",
    StoppedShort: "stopped",
}


class Figures:
    """A reader of one listener's observations."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.role: Role = "starting"
        self.is_redis_lost = False
        self.steps = self.rows = self.messages = self.epochs = 0
        self.unpublished = 0
        """Messages that are lost, or may be: only under DELIVERY "notify"."""
        self.untold = 0
        """Changes that were told in other words than the site's, or to nobody."""
        self.behind_rows = 0
        """Rows of the log that are known to be unread. It is not asked for: 0 where all that was seen is published."""
        self.lag_seconds = 0.0
        """How long the oldest row waited that was published last, or that waits now."""
        self._behind_since = 0.0

    def __call__(self, observation: Observation) -> None:
        self.role = _ROLES.get(type(observation), self.role)
        match observation:
            case Carried(rows, messages):
                self._carried(rows, messages)
            case Published(_, _, lag_seconds):
                self.lag_seconds, self.behind_rows = lag_seconds, 0
            case Behind(rows, lag_seconds):
                self.behind_rows, self.lag_seconds, self._behind_since = rows, lag_seconds, self._clock()
            case CaughtUp():
                self.lag_seconds += self._clock() - self._behind_since
                self.behind_rows = 0
            case EpochBegan():
                self.epochs += 1
            case Misfortune():
                self.untold += observation.changes
            case _:
                self._note_redis(observation)

    def lag_now(self) -> float:
        """As `lag_seconds`; what waits grows older."""
        return self.lag_seconds + (self._clock() - self._behind_since if self.behind_rows else 0.0)

    def _carried(self, rows: int, messages: int) -> None:
        self.steps += 1
        self.rows += rows
        self.messages += messages
        self.behind_rows = max(0, self.behind_rows - rows)

    def _note_redis(self, observation: Observation) -> None:
        match observation:
            case PublicationFailed() | RedisLost():
                self.is_redis_lost = True
            case PublicationRegained() | RedisRegained():
                self.is_redis_lost = False
            case OutcomeUnknown(_, messages):
                self.is_redis_lost = True
                self.unpublished += messages
            case BacklogFull(count) | StoppedShort(count):
                self.unpublished += count
