"""What others see of a listener's process: its observations, read by the log, by counts, and by its standing."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from time import monotonic

from ws.health.counts import ObservationCounts, both
from ws.health.own import Own
from ws.health.server import health_served
from ws.health.standing import Pulse
from ws.listener.canary import Canary
from ws.listener.canary_writer import CanaryWriter, Pen
from ws.listener.candidate import STILL_SECONDS_AT_MOST
from ws.listener.figures import Figures
from ws.listener.health import ListenerHealth
from ws.listener.link import Standing
from ws.listener.routes import Route
from ws.logs import log_to
from ws.observation import Observe
from ws.wire.channels import Channel


class Watched:
    """Of one process. `observe` and `pulse` are for the listener that runs in it."""

    def __init__(self, logger: str, canary_seconds: float | None = None) -> None:
        self.pulse = Pulse(monotonic, STILL_SECONDS_AT_MOST)
        self._figures = Figures(monotonic)
        self._canary = None if canary_seconds is None else Canary(canary_seconds, monotonic)
        counts = ObservationCounts("listener", "ws.listener.", "ws.health.")
        readers: list[Observe] = [counts, self._figures]
        if self._canary is not None:
            readers.append(self._canary)
        self.observe = both(*readers, log_to(logger, shown=True))
        self._own = Own(ListenerHealth(self._figures, self.pulse, self._canary), counts)

    def routes(self, channel: Channel) -> Sequence[Route]:
        """Of what this process writes itself, which goes there."""
        return [] if self._canary is None else [self._canary.route(channel)]

    def redis(self, standing: Standing) -> None:
        """The thread that reads and publishes asks Redis, or has its answer."""
        if self._canary is not None:
            self._canary.redis(standing)

    def served(self, address: tuple[str, int] | None) -> AbstractContextManager[None]:
        """While entered, whoever asks there is told how it is. Raises NoAddressError."""
        return health_served(address, lambda: self._own, self.observe)

    def canaries(self, pen: Pen) -> AbstractContextManager[object]:
        """While entered, and while this listener leads, they are written."""
        if self._canary is None:
            return nullcontext()
        return CanaryWriter(self._canary, pen, lambda: self._figures.role == "leading", self.observe)
