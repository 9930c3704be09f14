"""How the gateway is: its standing and its metrics, as another thread reads them while the loop goes on.

Nothing is counted here but observations: the hot path adds plain numbers once a batch (`traffic`), which are read here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from time import monotonic

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from ws.gateway.feed import PING_SECONDS, Feed
from ws.gateway.loop_watch import LoopWatch
from ws.gateway.observations import HandshakeRefused, HandshakeTimedOut, SlowClientClosed
from ws.gateway.server import Gateway
from ws.health.standing import Standing
from ws.observation import Observation

SILENT_SECONDS_AT_MOST = 2 * PING_SECONDS
"""Redis, which is asked every 3 s, is taken to be away after this."""

TIMED_OUT = "timed_out"
REASONS: Mapping[str, str] = {
    "400": "malformed",
    "403": "forbidden",
    "404": "not_found",
    "426": "other_version",
    "429": "too_many_of_an_address",
    "431": "head_too_long",
    "500": "undecided",
    "503": "full_or_ending",
    "": TIMED_OUT,
}
"""By status; what has another is `other`. No text of a client's is a label."""


class Refusals(Collector):
    """A reader of observations: who was not let in, and who was closed for being slow."""

    def __init__(self) -> None:
        self._refused: Counter[str] = Counter()
        self._slow = 0

    def __call__(self, observation: Observation) -> None:
        if isinstance(observation, HandshakeRefused):
            self._refused[str(observation.status)] += 1
        elif isinstance(observation, HandshakeTimedOut):
            self._refused[""] += 1
        elif isinstance(observation, SlowClientClosed):
            self._slow += 1

    def collect(self) -> Iterator[Metric]:
        refusals = CounterMetricFamily(
            "rowcast_gateway_refusals",
            "Clients that were not let in, by reason and status; without a status: too slow a handshake.",
            labels=["reason", "status"],
        )
        for status in sorted(REASONS.keys() | set(self._refused)):
            refusals.add_metric([REASONS.get(status, "other"), status], self._refused[status])
        yield refusals
        yield CounterMetricFamily(
            "rowcast_gateway_slow_clients", "Clients that were closed because they read too slowly.", self._slow
        )


class GatewayHealth(Collector):
    """Of the gateway in the running loop."""

    def __init__(self, gateway: Gateway, feed: Feed) -> None:
        self._gateway = gateway
        self._feed = feed
        self._watch = LoopWatch()

    def standing(self) -> Standing:
        return Standing(self._watch.pulse.troubles("the loop"), tuple(self._unready()))

    def collect(self) -> Iterator[Metric]:
        yield from self._clients()
        yield from self._traffic()
        yield from self._redis()
        yield from self._canary()
        yield HistogramMetricFamily(
            "rowcast_gateway_loop_late_seconds",
            "How late the loop came to a tick that is due ten times a second: how long something held it.",
            buckets=self._watch.lateness.buckets(),
            sum_value=self._watch.lateness.seconds,
        )

    def _unready(self) -> Iterator[str]:
        if not self._gateway.is_serving:
            yield "no clients are let in: it begins or ends"
        if not self._feed.is_connected:
            yield "Redis is lost"
        elif (seconds := self._feed.silent_seconds(monotonic())) > SILENT_SECONDS_AT_MOST:
            yield f"Redis has been silent for {seconds:.0f} s"
        canary = self._gateway.canary
        if canary is not None and (canary.is_silent or not canary.was_heard):
            yield f"no canary has come for {canary.age_seconds(monotonic()):.1f} s"

    def _clients(self) -> Iterator[Metric]:
        clients, channels = self._gateway.census()
        yield GaugeMetricFamily("rowcast_gateway_clients", "Connections, those in their handshake too.", clients)
        yield GaugeMetricFamily("rowcast_gateway_channels", "Channels that somebody follows.", channels)
        yield CounterMetricFamily("rowcast_gateway_connections", "Connections that came.", self._gateway.connections)
        yield CounterMetricFamily("rowcast_gateway_handshakes", "Clients that were let in.", self._gateway.openings)
        standing = self.standing()
        is_ready = not (standing.unhealthy or standing.unready)
        yield GaugeMetricFamily("rowcast_gateway_ready", "1 where /readyz says 200.", is_ready)

    def _traffic(self) -> Iterator[Metric]:
        traffic = self._gateway.traffic
        yield CounterMetricFamily("rowcast_gateway_messages", "Messages handed out, each once.", traffic.messages)
        yield CounterMetricFamily(
            "rowcast_gateway_deliveries", "Messages handed out, each once for each client.", traffic.deliveries
        )
        yield CounterMetricFamily(
            "rowcast_gateway_batches",
            "Messages of one channel that one turn of the loop took together.",
            traffic.batches,
        )
        yield CounterMetricFamily("rowcast_gateway_writes", "Batches, each once for each client.", traffic.writes)
        yield CounterMetricFamily("rowcast_gateway_sent_bytes", "Bytes of those writes.", traffic.bytes)

    def _redis(self) -> Iterator[Metric]:
        feed = self._feed
        yield GaugeMetricFamily("rowcast_gateway_redis_connected", "1 with a connection to Redis.", feed.is_connected)
        yield GaugeMetricFamily(
            "rowcast_gateway_redis_silent_seconds",
            "How long ago Redis was last heard; it is asked every 3 s.",
            feed.silent_seconds(monotonic()),
        )
        yield GaugeMetricFamily(
            "rowcast_gateway_redis_answer_seconds",
            "The lag to Redis: how long its last PING waited for the answer, behind all that was pushed before.",
            feed.answer_seconds,
        )

    def _canary(self) -> Iterator[Metric]:
        canary = self._gateway.canary
        if canary is None:
            return
        yield GaugeMetricFamily(
            "rowcast_gateway_canary_age_seconds",
            "How long ago a canary came through all parts.",
            canary.age_seconds(monotonic()),
        )
        yield GaugeMetricFamily(
            "rowcast_gateway_canary_delay_seconds",
            "How long the last one was on its way, from PostgreSQL's clock to this machine's.",
            canary.delay_seconds,
        )
