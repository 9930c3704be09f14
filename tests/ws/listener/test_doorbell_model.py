"""No wake-up is lost, whatever happens when: every interleaving of the real machine with writers in a small PostgreSQL.

`python -m tests.ws.listener.model` prints how many worlds there are in each setup, larger ones included, and how each
wrong way loses.
"""

import pytest

from tests.ws.listener.model.exploration import Exploration, Setup, told
from tests.ws.listener.model.leaders import Leader, Nobody
from tests.ws.listener.model.setups import RIGHT, SILENT, SINGLE, WRONG, Wrong
from tests.ws.listener.model.small_postgres import Holder, Postgres
from ws.listener import doorbell
from ws.listener.doorbell import Cause, Crowd, Drain, Fence, Pause, Sleep, Still, Take, Wait, Wake

pytestmark = pytest.mark.usefixtures("few_pauses")


@pytest.fixture
def few_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve pauses in a row show nothing that two don't."""
    monkeypatch.setattr(doorbell, "PAUSES_AT_MOST", 2)
    monkeypatch.setattr(doorbell, "FINDS_AT_MOST", 1)


@pytest.mark.parametrize("setup", RIGHT.values(), ids=RIGHT.keys())
def test_nothing_is_lost_and_the_leader_comes_to_rest(setup: Setup) -> None:
    """PITFALLS 54, 56: also of what is committed between LISTEN and the first drain, or while it falls asleep."""
    exploration = Exploration(setup).run()
    assert not (way := exploration.lost()), f"a committed change stays unread: {told(way)}"
    assert not (way := exploration.leaked()), f"ASLEEP was not given back: {told(way)}"
    assert not (way := exploration.spun()), f"the leader goes round without a pause: {told(way)}"
    if setup.postgres.holder is Holder.NOBODY:
        assert not (way := exploration.stayed_awake()), f"the leader never sleeps: {told(way)}"


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_the_model_finds_what_a_wrong_way_loses(wrong: Wrong) -> None:
    assert wrong.seen(Exploration(wrong.setup).run())


def test_nobody_rings_where_nobody_is_home() -> None:
    assert not Exploration(Setup(Postgres((SINGLE, SINGLE)), Nobody())).run().rang()


def test_what_was_written_with_the_ring_switched_off_waits_for_the_poll() -> None:
    assert Exploration(Setup(SILENT, Leader())).run().lost()
    polled = Exploration(Setup(SILENT, Leader(polls=True))).run()
    assert not (way := polled.lost()), f"a committed change stays unread: {told(way)}"
    assert Cause.POLL in polled.reached()


def test_the_model_reaches_every_step_for_every_reason() -> None:
    reached = Exploration(Setup(Postgres((SINGLE, SINGLE)), Leader(polls=True, meets_traffic=True))).run().reached()
    assert reached >= {Drain, Take, Fence, Still, Crowd, Wait, Wake, Sleep, *Cause, *Pause}
