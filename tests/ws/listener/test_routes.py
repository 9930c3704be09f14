"""Which way changes go, what is known of channels before there is one, and what an epoch begins with."""

import json

import pytest

from tests.ws.listener.log_rows import bulk, routes_to, row, unnoted, uuids
from ws.listener.audiences import Chosen, Owners, Place
from ws.listener.messages import rodan
from ws.listener.routes import Route, Routes, Split
from ws.wire.channels import Channel

ORDERS, OTHERS = Channel("broadcast:desk"), Channel("group:cooks:desk")
PLACE = Place(None, "desk")


@pytest.fixture
def routes() -> Routes:
    """One model of each kind."""
    owners = Owners("shop.letter", '"owner_id"', PLACE, unnoted)
    chosen = Chosen("shop.meal", lambda _: (), PLACE, shown=None, note=unnoted)
    made: list[Route | Split] = [
        Route("shop.order", rodan("shop.order"), ORDERS),
        Route("shop.item", rodan("shop.item"), OTHERS),
        Split("shop.letter", rodan("shop.letter"), owners),
        Split("shop.meal", rodan("shop.meal"), chosen),
    ]
    return Routes(made, ORDERS, lambda keys: ("who?", tuple(sorted(keys))))


def announced(routes: Routes, channel: str) -> list[str]:
    return [json.loads(message)["model"] for message in routes.announcements(Channel(channel), "0" * 16)]


def test_channels_are_known_but_for_those_that_a_change_names(routes: Routes) -> None:
    assert routes.channels == (ORDERS, OTHERS)


def test_an_epoch_is_announced_for_each_model_that_the_channel_may_carry(routes: Routes) -> None:
    assert announced(routes, ORDERS) == ["order", "meal"]
    assert announced(routes, OTHERS) == ["item", "meal"]
    assert announced(routes, "user:ann:desk") == ["letter", "meal"]
    assert announced(routes, "user:ann:kitchen") == []


def test_a_model_that_is_watched_no_more_is_told_without_anything_of_its_rows() -> None:
    """PITFALLS 60: it is told all the same; but its rows may have been for few, and nobody knows that any more."""
    route = routes_to({}, OTHERS).of("shop.removed")
    assert isinstance(route, Route)
    assert route.channel == OTHERS
    for removed in (
        row(model="shop.removed", key="7", carried='{"name" : "a"}'),
        bulk(model="shop.removed", uuids=[uuids(1), uuids(2)]),
    ):
        assert route.format.compose(removed) == [b'{"status": "resync", "model": "removed", "uuid": null}']


def test_names_are_asked_of_those_whose_rows_these_are(routes: Routes) -> None:
    letters = [row(model="shop.letter", carried=f'{{"owner_id" : {key}}}') for key in (5, 6, 5)]
    assert routes.question([row(), *letters]) == ("who?", ("5", "6"))


def test_no_name_is_asked_where_no_row_has_an_owner() -> None:
    assert routes_to({"shop.order": ORDERS}, ORDERS).question([row(carried='{"owner_id" : 5}')]) is None
