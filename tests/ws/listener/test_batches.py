"""Batches: bounded in messages and bytes, cut inside a row where they must be, and gone on with from there."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ws.listener.log_rows import bulk, routes_to, row, uuids
from ws.listener import batches as module
from ws.listener.audiences import Names
from ws.listener.batches import Batch, batches
from ws.listener.messages import rodan, row_messages
from ws.listener.routes import Route, Routes, Split
from ws.listener.rows import Row
from ws.wire.channels import Channel

ORDERS, ITEMS = Channel("broadcast:orders"), Channel("broadcast:items")
ROUTES = routes_to({"shop.order": ORDERS, "shop.item": ITEMS}, ORDERS)
CHANNELS = {"shop.order": ORDERS, "shop.item": ITEMS}
LONG = "k" * 200


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most five messages, or 1000 bytes."""
    monkeypatch.setattr(module, "BATCH_MESSAGES", 5)
    monkeypatch.setattr(module, "BATCH_BYTES", 1000)


def made(rows: Sequence[Row], last_id: int = 0, offset: int = 0) -> list[Batch]:
    return list(batches(rows, ROUTES, last_id, offset, {}))


def reach(batch: Batch) -> tuple[int, int, int]:
    return batch.count, batch.last_id, batch.offset


ROWS = st.lists(
    st.builds(
        lambda model, keys: row(model=model, key=keys[0]) if len(keys) == 1 else bulk(model=model, keys=keys),
        st.sampled_from(["shop.order", "shop.item"]),
        st.lists(st.sampled_from(["1", LONG, LONG * 6]), min_size=1, max_size=13),
    ),
    max_size=8,
).map(lambda rows: [row_with_id(made, number) for number, made in enumerate(rows, 1)])


def row_with_id(made: Row, number: int) -> Row:
    return Row(number, made.xid, made.status, made.model, made.key, made.uuids, made.keys, made.carried, made.at)


def test_no_rows_make_no_batch() -> None:
    assert made([]) == []


def test_few_changes_make_one_batch_with_its_channels_in_order() -> None:
    rows = [row(id=1, key="1"), row(id=4, key="2", model="shop.item"), row(id=5, key="3")]
    (batch,) = made(rows)
    assert batch.messages == {
        ORDERS: [*row_messages(rows[0]), *row_messages(rows[2])],
        ITEMS: list(row_messages(rows[1])),
    }
    assert (reach(batch), batch.rows) == ((3, 5, 0), rows)


@pytest.mark.usefixtures("few")
def test_a_batch_is_bounded_in_messages() -> None:
    assert [reach(batch) for batch in made([row(id=number, key="1") for number in range(1, 13)])] == [
        (5, 5, 0),
        (5, 10, 0),
        (2, 12, 0),
    ]


@pytest.mark.usefixtures("few")
def test_a_batch_is_bounded_in_bytes() -> None:
    found = made([row(id=number, key=LONG) for number in range(1, 6)])
    assert [reach(batch) for batch in found] == [(3, 3, 0), (2, 5, 0)]


@pytest.mark.usefixtures("few")
def test_a_message_alone_may_be_longer() -> None:
    found = made([row(id=1, key="1"), row(id=2, key=LONG * 9), row(id=3, key="3")])
    assert [reach(batch) for batch in found] == [(1, 1, 0), (1, 2, 0), (1, 3, 0)]


@pytest.mark.usefixtures("few")
def test_a_batch_ends_inside_a_rows_keys() -> None:
    first, second = row(id=1, key="0"), bulk(id=2, keys=[str(number) for number in range(1, 12)])
    found = made([first, second])
    assert [reach(batch) for batch in found] == [(5, 1, 4), (5, 1, 9), (2, 2, 0)]
    assert [batch.rows for batch in found] == [[first], [], [second]]


@pytest.mark.usefixtures("few")
def test_a_row_is_gone_on_with_where_a_batch_ended() -> None:
    keys = [str(number) for number in range(11)]
    (batch,) = made([bulk(id=2, keys=keys)], last_id=1, offset=9)
    assert reach(batch) == (2, 2, 0)
    assert batch.messages == {ORDERS: row_messages(bulk(keys=keys))[9:]}


@pytest.mark.usefixtures("few")
def test_500_keys_are_not_made_messages_again_for_each_batch() -> None:
    found = made([bulk(id=2, uuids=[uuids(number) for number in range(500)])])
    assert [batch.count for batch in found] == [5] * 100
    assert [batch.offset for batch in found] == [*range(5, 500, 5), 0]


@given(ROWS, st.data())
def test_wherever_it_stops_every_message_is_in_one_batch(rows: list[Row], data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BATCH_MESSAGES", data.draw(st.integers(1, 7)))
        patch.setattr(module, "BATCH_BYTES", data.draw(st.integers(1, 3000)))
        told, last_id, offset, is_done = [], 0, 0, False
        while not is_done:
            found = made([row for row in rows if row.id > last_id], last_id, offset)
            is_done = not found or data.draw(st.booleans())
            for batch in found if is_done else found[: data.draw(st.integers(1, len(found)))]:
                assert batch.count <= module.BATCH_MESSAGES
                told.append(batch.messages)
                last_id, offset = batch.last_id, batch.offset
    for channel in (ORDERS, ITEMS):
        expected = [message for row in rows if CHANNELS[row.model] == channel for message in row_messages(row)]
        assert [message for batch in told for message in batch.get(channel, ())] == expected


class Letters:
    """Audiences: the channels that stand in the key."""

    def owners(self, _: Row) -> tuple[()]:
        return ()

    def channels(self, letters: Row, _: Names) -> list[list[Channel]]:
        return [[Channel(name) for name in (key or "").split()] for key in letters.told_keys]

    def may_reach(self, channel: Channel) -> bool:
        return channel != ORDERS


LETTERS = Letters()
PRIVATE = Routes(
    [
        Route("shop.order", rodan("shop.order"), ORDERS),
        Route("shop.item", rodan("shop.item"), ITEMS),
        Split("shop.letter", rodan("shop.letter"), LETTERS),
    ],
    ORDERS,
)


def sent(rows: Sequence[Row], last_id: int = 0, offset: int = 0) -> list[tuple[dict[str, int], tuple[int, int, int]]]:
    """How many messages each channel has in each batch, and how far it reaches."""
    found = batches(rows, PRIVATE, last_id, offset, {})
    return [({name: len(texts) for name, texts in batch.messages.items()}, reach(batch)) for batch in found]


def letters(*keys: str, id: int = 1) -> Row:  # noqa: A002 - the column
    return bulk(id=id, model="shop.letter", keys=list(keys))


def test_each_change_goes_to_its_own_channels() -> None:
    assert sent([letters("ann", "", "ann bob"), row(id=2, key="1")]) == [({"ann": 2, "bob": 1, ORDERS: 1}, (4, 2, 0))]


def test_changes_for_nobody_move_on_all_the_same() -> None:
    assert sent([letters("", "", id=7)]) == [({}, (0, 7, 0))]


@pytest.mark.usefixtures("few")
def test_a_change_for_many_is_in_one_batch() -> None:
    assert sent([letters("a b c", "a b c", "a", "a b c d e f g", "a")]) == [
        ({"a": 1, "b": 1, "c": 1}, (3, 0, 1)),
        ({"a": 2, "b": 1, "c": 1}, (4, 0, 3)),
        (dict.fromkeys("abcdefg", 1), (7, 0, 4)),
        ({"a": 1}, (1, 1, 0)),
    ]


def test_a_batch_is_bounded_in_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_CHANNELS", 2)
    assert [told for told, _ in sent([letters("a", "b", "a", "c", "c a")])] == [{"a": 2, "b": 1}, {"c": 2, "a": 1}]


@pytest.mark.usefixtures("few")
def test_a_row_for_several_is_gone_on_with_where_a_batch_ended() -> None:
    keys = ["a b c", "a b c", "a"]
    assert sent([letters(*keys)], offset=1) == [({"a": 2, "b": 1, "c": 1}, (4, 1, 0))]


def test_what_concerns_all_is_a_batch_of_its_own_for_all_that_may_be_reached() -> None:
    rows = [row(id=1, key="1"), row(id=2, model="shop.letter", status="resync"), letters("ann", id=3)]
    assert sent(rows) == [({ORDERS: 1}, (1, 1, 0)), ({ITEMS: 1}, (1, 2, 0)), ({"ann": 1}, (1, 3, 0))]
    assert [batch.audiences for batch in batches(rows, PRIVATE, 0, 0, {})] == [None, LETTERS, None]
