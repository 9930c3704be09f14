"""How a leader goes on from what it finds in Redis. Each decision prevents a loss, which its test names."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from ws.listener.cursor import Cursor
from ws.listener.record import Identity, Published, Record
from ws.listener.snapshots import Snapshot
from ws.listener.succession import BeginEpoch, Decision, GoOn, Now, Refuse, decide
from ws.wire.channels import Channel

ORDERS, ITEMS = Channel("broadcast:orders"), Channel("broadcast:items")
OWNER, ANOTHER = "7123.5.16400", "7999.5.16400"
HERE, THERE = "run-1 replid-1", "run-2 replid-1"
IDENTITY = Identity("7123", 3, "incarnated")
TAIL = (Published(9, 11, "2031-05-04 12:00:00+00"),)
RECORD = Record(Cursor(Snapshot(12)), IDENTITY, trimmed=2, tail=TAIL)


@dataclass(frozen=True, slots=True)
class Owner:
    owner: str = OWNER


@dataclass(frozen=True, slots=True)
class Found:
    cursor: str | None = str(RECORD)
    redis: str | None = HERE
    here: str = HERE
    heads: dict[Channel, Owner] = field(default_factory=lambda: {ORDERS: Owner(), ITEMS: Owner()})
    torn: frozenset[Channel] = frozenset()


EMPTY = Found(cursor=None, redis=None, heads={})


def now(*, stands: bool = True, last_sent: str | None = None, **identity: Any) -> Now:  # noqa: ANN401 - any part of it
    def tail_stands(rows: Collection[Published]) -> bool:
        assert tuple(rows) == TAIL
        return stands

    return Now(replace(IDENTITY, **identity), OWNER, 2, (ORDERS, ITEMS), last_sent, tail_stands)


def reason(decision: Decision) -> str:
    assert isinstance(decision, BeginEpoch), decision
    assert not decision.is_adopting
    return decision.reason


def refusal(decision: Decision) -> str:
    assert isinstance(decision, Refuse), decision
    assert "--adopt" in decision.remedy
    return decision.reason


def test_what_is_as_it_was_left_goes_on() -> None:
    assert decide(Found(), now()) == GoOn(RECORD)


def test_an_empty_redis_begins_an_epoch() -> None:
    """A cursor of now without a word to clients would lose what was committed since the last one."""
    assert reason(decide(EMPTY, now())) == "Redis holds no cursor of this log: it is new, or was emptied"


def test_a_lost_cursor_begins_an_epoch() -> None:
    assert "no cursor" in reason(decide(Found(cursor=None, redis=None), now()))


@pytest.mark.parametrize("text", ["one", str(RECORD).replace('"format": 1', '"format": 2')])
def test_a_cursor_that_cannot_be_read_begins_an_epoch(text: str) -> None:
    assert "stored cursor" in reason(decide(Found(cursor=text), now()))


def test_a_higher_timeline_begins_an_epoch() -> None:
    """C5: a promoted standby gives out transaction ids again that the cursor counts as read."""
    assert reason(decide(Found(), now(timeline=4))) == "PostgreSQL was promoted: timeline 3 is now 4"


def test_a_lower_timeline_is_refused() -> None:
    """C6: the old primary is still up, and would publish beside the new one."""
    assert "timeline 3, and this server is on 2" in refusal(decide(Found(), now(timeline=2)))


def test_another_system_is_refused() -> None:
    """C6: a copy, as for staging, would publish into production."""
    assert "cluster 7123, and this is 7999" in refusal(decide(Found(), now(system="7999")))


@pytest.mark.parametrize("cursor", [None, "one", str(RECORD)], ids=["none", "unreadable", "ours"])
def test_a_channel_of_another_database_is_refused(cursor: str | None) -> None:
    """C6: a restored dump has a cursor's key of its own, and the same channels; two numberings on one would mix."""
    found = Found(cursor=cursor, heads={ORDERS: Owner(), ITEMS: Owner(ANOTHER)})
    assert "'broadcast:items' is published by another database: by 7999.5.16400" in refusal(decide(found, now()))


@pytest.mark.parametrize(
    "found", [Found(heads={ORDERS: Owner(ANOTHER)}), Found(cursor=None, heads={ITEMS: Owner(ANOTHER)})]
)
def test_who_adopts_another_databases_channels_begins_an_epoch(found: Found) -> None:
    assert decide(found, now(), is_adopting=True) == BeginEpoch("this database was adopted", is_adopting=True)


@pytest.mark.parametrize("identity", [{"system": "7999"}, {"timeline": 2}])
def test_who_adopts_another_or_an_older_database_begins_an_epoch(identity: dict[str, Any]) -> None:
    assert decide(Found(), now(**identity), is_adopting=True) == BeginEpoch(
        "this database was adopted", is_adopting=True
    )


def test_who_adopts_what_is_ours_goes_on() -> None:
    assert decide(Found(), now(), is_adopting=True) == GoOn(RECORD)


def test_an_incarnation_that_still_has_what_was_published_goes_on() -> None:
    """C5: a crash alone loses nothing that was read, as it was on disk."""
    identity = replace(IDENTITY, incarnation="again")
    assert decide(Found(), now(incarnation="again")) == GoOn(replace(RECORD, identity=identity))


def test_an_incarnation_without_what_was_published_begins_an_epoch() -> None:
    """C5: a disk restored from yesterday has the same timeline, and gives yesterday's transaction ids out again."""
    assert "no longer in its log" in reason(decide(Found(), now(incarnation="again", stands=False)))


def test_only_a_new_incarnation_is_asked_for_what_was_published() -> None:
    """Retention may have removed it long ago."""
    assert decide(Found(), now(stands=False)) == GoOn(RECORD)


def test_a_log_that_was_trimmed_begins_an_epoch() -> None:
    """C7: rows that nobody had read are gone."""
    found = Found(cursor=str(replace(RECORD, trimmed=1)))
    assert reason(decide(found, now())) == "rows that nobody had read were trimmed from the log"


def test_a_stream_that_is_not_where_its_head_says_begins_an_epoch() -> None:
    """X1: a gateway that read the stream would wait for ever for the number after its end."""
    assert "'broadcast:items' is not where" in reason(decide(Found(torn=frozenset({ITEMS})), now()))


def test_another_redis_begins_an_epoch_where_nobody_knows_what_it_lost() -> None:
    """X2: numbers that gateways have seen would be given to other messages."""
    assert "whether it lost messages is not known" in reason(decide(Found(redis=THERE), now()))


def test_another_redis_with_all_that_was_sent_goes_on() -> None:
    assert decide(Found(redis=THERE), now(last_sent=str(RECORD))) == GoOn(RECORD, is_redis_new=True)


def test_another_redis_with_less_than_was_sent_begins_an_epoch() -> None:
    """X2: what it had no answer for may have been heard by gateways before Redis forgot it."""
    later = str(replace(RECORD, cursor=Cursor(Snapshot(15))))
    assert "whether it lost messages" in reason(decide(Found(redis=THERE), now(last_sent=later)))


def test_the_same_redis_with_less_than_was_sent_goes_on() -> None:
    """The step was not done; or another leader was there, whose steps are as whole as ours."""
    later = str(replace(RECORD, cursor=Cursor(Snapshot(15))))
    assert decide(Found(), now(last_sent=later)) == GoOn(RECORD)


def test_a_channel_on_which_nothing_was_published_is_new() -> None:
    """The others keep their numbers: nobody need refetch for it."""
    assert decide(Found(heads={ORDERS: Owner()}), now()) == GoOn(RECORD, new_channels=(ITEMS,))


def test_channels_that_are_all_without_numbers_begin_an_epoch() -> None:
    assert reason(decide(Found(heads={}), now())) == "Redis holds no numbers of these channels"


def test_an_open_window_is_gone_on_with() -> None:
    record = replace(RECORD, cursor=Cursor(Snapshot(12), Snapshot(20, (14,)), last_id=40, offset=7))
    assert decide(Found(cursor=str(record)), now()) == GoOn(record)
