"""What a terminal is told of Redis: each change once, with the remedy."""

from tests.ws.observed import Observed
from ws.gateway.observations import RedisLost, RedisRegained, Stopped
from ws.observation import Observation
from ws.shared_port.observations import RedisAbsent, told_once


def told(*observations: Observation) -> list[Observation]:
    """What comes through."""
    observed = Observed()
    tell = told_once(observed, "redis://here:6379/0")
    for observation in observations:
        tell(observation)
    return observed.of(Observation)


def test_further_attempts_are_not_told() -> None:
    assert told(RedisLost("refused", 0.1), RedisLost("refused", 0.2)) == [RedisAbsent("redis://here:6379/0", "refused")]


def test_a_second_loss_is_told_again() -> None:
    absent, regained = RedisAbsent("redis://here:6379/0", "refused"), RedisRegained(3)
    assert told(RedisLost("refused", 0.1), regained, RedisLost("refused", 0.1)) == [absent, regained, absent]


def test_everything_else_is_told_while_redis_is_away() -> None:
    assert told(RedisLost("refused", 0.1), Stopped(1), Stopped(2))[1:] == [Stopped(1), Stopped(2)]


def test_the_line_names_server_and_remedy() -> None:
    line = str(RedisAbsent("redis://here:6379/0", "refused"))
    assert "redis://here:6379/0: refused" in line
    assert "REDIS_URL" in line
