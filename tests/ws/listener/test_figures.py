"""What a listener's observations add up to."""

from ws.listener.figures import Figures
from ws.listener.log_observations import Behind, Carried, CaughtUp, Published
from ws.listener.message_observations import FormatFailed
from ws.listener.observations import (
    BacklogFull,
    EpochBegan,
    Leading,
    OutcomeUnknown,
    PublicationFailed,
    PublicationRegained,
    SessionLost,
    StandingBy,
    SteppedDown,
    Stopped,
)

LEADING = Leading("db", "redis", ("rodan:broadcast:rodan",))


class Clock:
    """Stands still until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_role_is_that_of_the_last_observation_that_tells_one() -> None:
    figures = Figures(Clock())
    roles = [figures.role]
    for observation in (StandingBy(1, "x"), LEADING, Carried(1, 1), SessionLost("x", 0.1), SteppedDown("x"), Stopped()):
        figures(observation)
        roles.append(figures.role)
    assert roles == ["starting", "standing_by", "leading", "leading", "away", "standing_by", "stopped"]


def test_steps_rows_messages_epochs_and_misfortunes_are_added_up() -> None:
    figures = Figures(Clock())
    figures(Carried(2, 500))
    figures(Carried(1, 1))
    figures(EpochBegan("why", ()))
    figures(FormatFailed("shop.item", "why", 7))
    assert (figures.steps, figures.rows, figures.messages) == (2, 3, 501)
    assert (figures.epochs, figures.untold) == (1, 7)


def test_redis_is_lost_until_it_takes_messages_again() -> None:
    figures = Figures(Clock())
    figures(PublicationFailed("gone", 0.1))
    assert figures.is_redis_lost
    figures(PublicationRegained())
    assert not figures.is_redis_lost


def test_what_is_lost_for_good_is_added_up() -> None:
    figures = Figures(Clock())
    figures(OutcomeUnknown("why", 3))
    figures(BacklogFull(4))
    assert figures.unpublished == 7


def test_a_backlog_shrinks_by_what_is_carried_and_its_lag_grows_until_it_is_published() -> None:
    clock = Clock()
    figures = Figures(clock)
    figures(Behind(1000, 2.0))
    figures(Carried(400, 400))
    clock.now += 3.0
    assert (figures.behind_rows, figures.lag_now()) == (600, 5.0)
    figures(CaughtUp(1000))
    clock.now += 10.0
    assert (figures.behind_rows, figures.lag_now()) == (0, 5.0)
    figures(Published(1, 1, 0.5))
    assert figures.lag_now() == 0.5
