"""How far the change of nobody's has come."""

import json

import pytest

from ws.listener.canary import Canary
from ws.listener.log_observations import Carried, CaughtUp, Published
from ws.listener.rows import Row
from ws.wire.channels import Channel

CHANNEL = Channel("rodan:rowcast:canary")
PUBLISHED = Published(1, 1, 0.0)


class Clock:
    """Stands still until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def canary(clock: Clock) -> Canary:
    made = Canary(1.0, clock)
    made.lead(is_leading=True)
    return made


def row(key: str | None) -> Row:
    return Row(1, 7, "canary", "a canary", key, None, None, None, "2026-11-27 08:00:00.5")


def test_who_does_not_lead_is_not_answerable(clock: Clock, canary: Canary) -> None:
    canary.lead(is_leading=False)
    clock.now += 60.0
    assert not canary.is_silent
    assert canary.silent_seconds() == 0.0


def test_who_leads_is_answerable_from_then_on(clock: Clock, canary: Canary) -> None:
    canary.lead(is_leading=False)
    clock.now += 60.0
    canary.lead(is_leading=True)
    clock.now += 2.0
    assert canary.silent_seconds() == 2.0


def test_what_comes_through_is_not_silent(clock: Clock, canary: Canary) -> None:
    for number in range(1, 9):
        clock.now += 1.0
        canary.wrote(number)
        canary.read(row(str(number)))
        canary(PUBLISHED)
    assert canary.silent_seconds() == 0.0


@pytest.mark.parametrize(
    ("written", "read", "hop"), [(0, 0, "write"), (5, 0, "read"), (5, 5, "publish"), (9, 5, "publish")]
)
def test_silence_names_the_hop_at_which_it_stays(
    clock: Clock, canary: Canary, written: int, read: int, hop: str
) -> None:
    canary.wrote(written)
    canary.read(row(str(read)))
    clock.now += 3.1
    assert canary.is_silent
    assert canary.hop == hop


@pytest.mark.parametrize(("written", "read", "hop"), [(0, 0, "write"), (5, 0, "answer"), (5, 5, "publish")])
def test_redis_is_named_where_it_owes_an_answer_before_the_next_is_read(
    canary: Canary, written: int, read: int, hop: str
) -> None:
    canary.wrote(written)
    canary.read(row(str(read)))
    canary.redis("asked")
    assert canary.hop == hop
    canary.redis("answered")
    assert canary.hop == hop.replace("answer", "read")


def test_a_long_window_counts_when_it_is_read_out(clock: Clock, canary: Canary) -> None:
    canary.read(row("5"))
    clock.now += 2.0
    canary(Carried(1, 1))
    assert canary.silent_seconds() == 2.0
    canary(CaughtUp(1))
    assert canary.silent_seconds() == 0.0


def test_other_changes_do_not_count(clock: Clock, canary: Canary) -> None:
    clock.now += 4.0
    canary(PUBLISHED)
    assert canary.is_silent


@pytest.mark.parametrize("key", [None, "", "x", "9" * 30])
def test_what_is_no_number_is_passed_on_and_does_not_count(canary: Canary, key: str | None) -> None:
    message = canary.route(CHANNEL).format.compose(row(key))[0]
    assert json.loads(message) == {"canary": key, "at": "2026-11-27 08:00:00.5"}
    assert canary.hop == "write"


def test_an_epoch_begins_with_a_word_to_nobody(canary: Canary) -> None:
    assert json.loads(canary.route(CHANNEL).format.announce("e1")) == {"canary": None, "epoch": "e1"}
