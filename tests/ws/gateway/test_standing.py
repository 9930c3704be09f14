"""What becomes of a client that is looked at again: it stays, loses channels, or is told why it goes."""

import pytest

from ws.gateway.admission import Admission, Standing
from ws.gateway.standing import Narrowed, verdict
from ws.wire.channels import Channel
from ws.wire.codes import NO_LONGER_ALLOWED, SIGN_IN_AGAIN

ALL, MINE, OURS = Channel("broadcast:sky"), Channel("user:ann:sky"), Channel("group:guests:sky")
ANN = Standing("k3y", "5")
BEFORE = Admission((ALL, MINE, OURS), (ALL, MINE), standing=ANN)


def test_who_may_what_they_may_stays_as_they_are() -> None:
    assert verdict(BEFORE, BEFORE) == Narrowed((), (ALL, MINE))


def test_who_has_lost_a_channel_loses_that() -> None:
    assert verdict(BEFORE, Admission((ALL, MINE), (ALL,), standing=ANN)) == Narrowed((OURS,), (ALL,))


def test_who_may_more_gets_no_more() -> None:
    before = Admission((ALL,), (), standing=ANN)
    assert verdict(before, BEFORE) == Narrowed((), ())


@pytest.mark.parametrize("now", [Standing(), Standing("k3y"), Standing("k3y", "6"), Standing("another", None)])
def test_who_is_somebody_else_now_signs_in_again(now: Standing) -> None:
    assert verdict(BEFORE, Admission((ALL, MINE, OURS), standing=now)) == SIGN_IN_AGAIN


def test_who_is_refused_now_goes() -> None:
    assert verdict(BEFORE, None) == NO_LONGER_ALLOWED


def test_who_has_nothing_left_goes() -> None:
    assert verdict(Admission((OURS,), standing=ANN), Admission((ALL,), standing=ANN)) == NO_LONGER_ALLOWED


def test_who_followed_nothing_stays() -> None:
    assert verdict(Admission(standing=ANN), Admission(standing=ANN)) == Narrowed((), ())
