"""A listener's standing, by what it observed and whether it moves; and its metrics."""

import pytest
from prometheus_client import CollectorRegistry

from project.development.valkey import Valkey
from tests.ws.listener.change_log import ChangeLog
from tests.ws.listener.conftest import StartListener
from ws.health.standing import Pulse
from ws.listener.figures import Figures
from ws.listener.health import ListenerHealth
from ws.listener.log_observations import Carried
from ws.listener.observations import Leading, PublicationFailed, PublicationRegained, SessionLost, StandingBy
from ws.observation import Observation

LEADING = Leading("db", "redis", ())
STANDING_BY = StandingBy(1, "another")


class Clock:
    """Stands still until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def figures(clock: Clock) -> Figures:
    return Figures(clock)


@pytest.fixture
def health(clock: Clock, figures: Figures) -> ListenerHealth:
    return ListenerHealth(figures, Pulse(clock, 20.0))


@pytest.mark.parametrize("observation", [LEADING, STANDING_BY])
def test_who_leads_or_stands_by_is_ready(figures: Figures, health: ListenerHealth, observation: Observation) -> None:
    figures(observation)
    assert health.standing().unready == ()


@pytest.mark.parametrize(
    ("observations", "reason"),
    [
        ([], "it begins or ends"),
        ([LEADING, SessionLost("gone", 0.1)], "PostgreSQL is lost"),
        ([LEADING, PublicationFailed("gone", 0.1)], "Redis does not take messages"),
    ],
)
def test_who_can_not_publish_is_not_ready(
    figures: Figures, health: ListenerHealth, observations: list[Observation], reason: str
) -> None:
    for observation in observations:
        figures(observation)
    assert health.standing().unready == (reason,)
    assert health.standing().unhealthy == ()


def test_who_does_not_move_is_not_alive(clock: Clock, health: ListenerHealth) -> None:
    clock.now += 21.0
    assert health.standing().unhealthy == ("the listener has not moved for 21 s",)


def test_its_role_and_its_work_are_metrics(figures: Figures, health: ListenerHealth) -> None:
    registry = CollectorRegistry()
    registry.register(health)
    figures(LEADING)
    figures(Carried(3, 500))
    assert registry.get_sample_value("rowcast_listener_role", {"role": "leading"}) == 1
    assert registry.get_sample_value("rowcast_listener_role", {"role": "standing_by"}) == 0
    assert registry.get_sample_value("rowcast_listener_rows_total") == 3
    assert registry.get_sample_value("rowcast_listener_messages_total") == 500
    assert registry.get_sample_value("rowcast_listener_ready") == 1


def test_a_redis_that_takes_messages_again_is_told(
    own_redis: Valkey, log: ChangeLog, start_listener: StartListener
) -> None:
    listener = start_listener(own_redis.url)
    own_redis.stop()
    listener.observed.wait_for(PublicationFailed)
    own_redis.start()
    listener.observed.wait_for(PublicationRegained)
    log.change(1)
    assert listener.observed.wait_for(Carried).rows == 1
