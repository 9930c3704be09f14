"""How a listener is: its standing and its metrics, as another thread reads them while it carries.

It asks nothing of anybody: an idle listener asks PostgreSQL for nothing but heartbeats, whoever watches.
"""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from ws.health.standing import Pulse, Standing
from ws.listener.canary import Canary
from ws.listener.figures import ROLES, Figures


class ListenerHealth(Collector):
    """Of the listener whose thread moves this pulse, and whose observations these figures read."""

    def __init__(self, figures: Figures, pulse: Pulse, canary: Canary | None = None) -> None:
        self._figures = figures
        self._pulse = pulse
        self._canary = canary

    def standing(self) -> Standing:
        return Standing(self._pulse.troubles("the listener"), tuple(self._unready()))

    def collect(self) -> Iterator[Metric]:
        yield from self._roles()
        yield from self._work()
        yield from self._backlog()
        if self._canary is not None:
            yield GaugeMetricFamily(
                "rowcast_listener_canary_age_seconds",
                "How long ago a canary came to Redis; 0 where this listener does not lead.",
                self._canary.silent_seconds(),
            )

    def _unready(self) -> Iterator[str]:
        figures = self._figures
        if figures.role in {"starting", "stopped"}:
            yield "it begins or ends"
        elif figures.role == "away":
            yield "PostgreSQL is lost"
        if figures.is_redis_lost:
            yield "Redis does not take messages"
        if self._canary is not None and self._canary.is_silent:
            yield f"no canary has come to Redis for {self._canary.silent_seconds():.1f} s"

    def _roles(self) -> Iterator[Metric]:
        role = self._figures.role
        roles = GaugeMetricFamily("rowcast_listener_role", "1 for the role that this listener has.", labels=["role"])
        for each in ROLES:
            roles.add_metric([each], each == role)
        yield roles
        standing = self.standing()
        is_ready = not (standing.unhealthy or standing.unready)
        yield GaugeMetricFamily("rowcast_listener_ready", "1 where /readyz says 200.", is_ready)
        yield GaugeMetricFamily(
            "rowcast_listener_redis_lost", "1 while Redis does not take messages.", self._figures.is_redis_lost
        )
        yield GaugeMetricFamily(
            "rowcast_listener_still_seconds",
            "How long ago its thread was last seen to move.",
            self._pulse.still_seconds(),
        )

    def _work(self) -> Iterator[Metric]:
        figures = self._figures
        yield CounterMetricFamily("rowcast_listener_steps", "Batches that Redis took, each in one step.", figures.steps)
        yield CounterMetricFamily("rowcast_listener_rows", "Rows of the change log that were published.", figures.rows)
        yield CounterMetricFamily("rowcast_listener_messages", "Messages that were published.", figures.messages)
        yield CounterMetricFamily("rowcast_listener_epochs", "Epochs that began: clients refetch.", figures.epochs)
        yield CounterMetricFamily(
            "rowcast_listener_untold_changes",
            "Changes told in other words than the site's function's, or to nobody, for it failed or named nobody.",
            figures.untold,
        )
        yield CounterMetricFamily(
            "rowcast_listener_unpublished_messages",
            'Messages that are lost, or may be; only under DELIVERY "notify".',
            figures.unpublished,
        )

    def _backlog(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "rowcast_listener_backlog_rows",
            "Rows of the change log that are known to be unread, while there are more than one batch takes.",
            self._figures.behind_rows,
        )
        yield GaugeMetricFamily(
            "rowcast_listener_lag_seconds",
            "From commit to Redis: how long the oldest row of the last batch waited, or of the backlog waits.",
            self._figures.lag_now(),
        )
