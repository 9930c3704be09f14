"""Passing channels on a real Redis: they begin with their first message, and nobody who follows one misses anything."""

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest
import redis

from project.development.valkey import Valkey
from tests.redis_servers import ask
from tests.ws.listener.conftest import MakeStep
from tests.ws.listener.log_rows import unnoted
from tests.ws.listener.steps import PREFIX, begin, entries, head_of, messages, streamed
from tests.ws.listener.test_step_refusals import refusal
from ws.listener import passing as module
from ws.listener.audiences import Owners, Place
from ws.listener.heads import PASSING_SECONDS, Head, Source
from ws.listener.messages import rodan
from ws.listener.passing import Passing
from ws.listener.publication import new_epoch
from ws.listener.routes import Routes, Split
from ws.listener.step import Step
from ws.wire.channels import Channel, head_key, passing_key, stream_key
from ws.wire.message import seq_of


@pytest.fixture
def place(channel: Channel) -> Place:
    """A facility of the test's own."""
    return Place(PREFIX, channel.rpartition(":")[2])


class Letters:
    """What publishes letters to their owners, at one cursor after the other."""

    def __init__(self, step: Step, place: Place, known: Channel, source: Source) -> None:
        owners = Owners("shop.letter", '"owner_id"', place, unnoted)
        self.place, self.step, self.known = place, step, known
        routes = Routes([Split("shop.letter", rodan("shop.letter"), owners)], known)
        self.passing = Passing(step, routes, source.owner, new_epoch)

    def publish(self, *names: str, expected: str = "one", cursor: str = "one") -> None:
        """A message to each of these users."""
        batch, starts = self.passing.started({self.place.user(name): messages(1) for name in names})
        self.step.publish(expected, cursor, batch, starts)

    def announce(self, expected: str = "one", **options: object) -> int:
        return self.passing.announce(expected, lambda _: True, lambda: None, **options)  # type: ignore[arg-type]


MakeLetters = Callable[..., Letters]


@pytest.fixture
def make_letters(channel: Channel, place: Place, source: Source) -> MakeLetters:
    def make(step: Step, of: Source = source) -> Letters:
        return Letters(step, place, channel, of)

    return make


@pytest.fixture
def letters(step: Step, make_letters: MakeLetters) -> Letters:
    return make_letters(step)


def told(server: redis.Redis, channel: Channel) -> list[tuple[str, int | None]]:
    """Status and number of each message in a stream."""
    return [(json.loads(message)["status"], seq_of(message)) for message in streamed(server, channel)]


def test_a_channel_begins_with_a_word_to_refetch_and_its_first_message(letters: Letters, server: redis.Redis) -> None:
    letters.publish("ann")
    assert told(server, letters.place.user("ann")) == [("resync", 1), ("updated", 2)]


def test_a_channel_goes_on_where_it_was(letters: Letters, server: redis.Redis) -> None:
    for _ in range(3):
        letters.publish("ann")
    assert told(server, letters.place.user("ann"))[1:] == [("updated", 2), ("updated", 3), ("updated", 4)]


def test_each_channel_is_numbered_for_itself_and_another_process_goes_on(
    letters: Letters, make_step: MakeStep, make_letters: MakeLetters, channel: Channel, server: redis.Redis
) -> None:
    letters.publish("ann", "bob")
    step = make_step()
    step.load([channel])
    make_letters(step).publish("bob", "cid")
    found = [[seq for _, seq in told(server, letters.place.user(name))] for name in ("ann", "bob", "cid")]
    assert found == [[1, 2], [1, 2, 3], [1, 2]]


def test_a_channel_is_forgotten_a_day_after_its_last_message(
    letters: Letters, server: redis.Redis, source: Source
) -> None:
    letters.publish("ann")
    ann = letters.place.user("ann")
    for key in (head_key(PREFIX, ann), stream_key(PREFIX, ann)):
        server.expire(key, 1000)
    letters.publish("ann")
    for key in (head_key(PREFIX, ann), stream_key(PREFIX, ann)):
        assert PASSING_SECONDS - 60 < int(str(server.ttl(key))) <= PASSING_SECONDS
    assert server.zrange(passing_key(PREFIX, source.owner), 0, -1) == [ann.encode()]


def test_known_channels_are_kept(letters: Letters, step: Step, channel: Channel, server: redis.Redis) -> None:
    step.publish("one", "one", {channel: messages(1)})
    letters.publish("ann")
    assert server.ttl(head_key(PREFIX, channel)) == server.ttl(stream_key(PREFIX, channel)) == -1


def test_the_names_of_forgotten_channels_go(letters: Letters, server: redis.Redis, source: Source) -> None:
    key = passing_key(PREFIX, source.owner)
    server.zadd(key, {"long ago": 1})
    letters.publish("ann")
    assert server.zrange(key, 0, -1) == [letters.place.user("ann").encode()]


@pytest.mark.parametrize("loss", ["head", "stream", "both"])
def test_a_channel_that_redis_forgot_begins_anew(letters: Letters, server: redis.Redis, loss: str) -> None:
    letters.publish("ann")
    ann = letters.place.user("ann")
    before = head_of(letters.step, ann)
    keys = {"head": head_key(PREFIX, ann), "stream": stream_key(PREFIX, ann)}
    server.delete(*([keys[loss]] if loss in keys else keys.values()))
    letters.step.load([])
    letters.publish("ann")
    assert told(server, ann) == [("resync", 1), ("updated", 2)]
    assert head_of(letters.step, ann).epoch != before.epoch


def test_a_channel_that_is_forgotten_between_look_and_step_is_refused(letters: Letters, server: redis.Redis) -> None:
    letters.publish("ann")
    ann = letters.place.user("ann")
    batch, starts = letters.passing.started({ann: messages(1)})
    server.delete(head_key(PREFIX, ann))
    assert refusal(lambda: letters.step.publish("one", "two", batch, starts)) == ("head", ann)


def test_a_channel_of_another_database_is_refused(
    letters: Letters, make_step: MakeStep, make_letters: MakeLetters, source: Source, channel: Channel
) -> None:
    """PROTOCOL.md, C6: two would begin it anew in turn, and each would throw away what the other had published."""
    letters.publish("ann")
    other = replace(source, log_oid=source.log_oid + 1)
    step = make_step(of=other)
    begin(step, Channel(f"{channel}-other"))
    assert refusal(lambda: make_letters(step, other).publish("ann")) == ("owner", source.owner)


def test_all_are_told_to_refetch_but_for_forgotten_ones(
    letters: Letters, server: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANNOUNCED_AT_ONCE", 2)
    names = ["ann", "bob", "cid", "dan", "eve"]
    letters.publish(*names)
    before = [head_of(letters.step, letters.place.user(name)).epoch for name in names]
    letters.step.load([])
    server.delete(*(make(PREFIX, letters.place.user("eve")) for make in (head_key, stream_key)))
    assert letters.announce() == 4
    for name, epoch in zip(names[:4], before, strict=False):
        assert told(server, letters.place.user(name)) == [("resync", 1)]
        assert head_of(letters.step, letters.place.user(name)).epoch != epoch
    assert entries(server, letters.place.user("eve")) == []


def test_who_follows_and_has_had_nothing_yet_is_told_to_refetch(letters: Letters, server: redis.Redis) -> None:
    """His first message may be among those that are missed."""
    with closing(server.pubsub()) as subscription:  # type: ignore[no-untyped-call]
        subscription.subscribe(letters.place.user("ann"), f"{PREFIX}:session:ann:{letters.place.facility}")
        subscription.get_message(timeout=15.0)
        subscription.get_message(timeout=15.0)
        assert letters.announce() == 1
    assert told(server, letters.place.user("ann")) == [("resync", 1)]


def test_the_cursor_stays_where_it_was(letters: Letters, channel: Channel) -> None:
    letters.publish("ann", cursor="two")
    letters.announce("two")
    assert letters.step.load([channel]).cursor == "two"


def test_who_is_not_where_redis_stands_tells_nobody(letters: Letters, server: redis.Redis) -> None:
    """PROTOCOL.md, X1."""
    letters.publish("ann", cursor="two")
    assert refusal(lambda: letters.announce("one")) == ("cursor", "two")
    assert len(told(server, letters.place.user("ann"))) == 2


def test_a_redis_that_restarted_in_between_is_refused(
    own_redis: Valkey, make_step: MakeStep, make_letters: MakeLetters, channel: Channel
) -> None:
    """PROTOCOL.md, X2: it may have lost what was announced, which the cursor would stand for."""
    ask(own_redis, "CONFIG", "SET", "appendfsync", "always")
    step = make_step(own_redis.url)
    begin(step, channel)
    letters = make_letters(step)
    letters.publish("ann")
    letters.announce()
    own_redis.kill()
    own_redis.start()
    assert refusal(lambda: step.begin("one", "two", {channel: "e" * 16}, {}))[0] == "redis"
    assert refusal(letters.announce)[0] == "redis"
    step.load([channel])
    assert letters.announce() == 1
    step.begin("one", "two", {channel: "e" * 16}, {})


def test_who_adopts_takes_over_the_formers_channels(
    letters: Letters, make_step: MakeStep, make_letters: MakeLetters, source: Source, server: redis.Redis
) -> None:
    letters.publish("ann")
    adopting = replace(source, log_oid=source.log_oid + 1)
    step = make_step(of=adopting)
    step.load([letters.known])
    others = make_letters(step, adopting)
    assert others.passing.announce(None, lambda _: True, lambda: None, [source.owner]) == 1
    step.begin(None, "two", {letters.known: "e" * 16}, {}, adopt=True)
    assert not server.exists(passing_key(PREFIX, source.owner))
    others.publish("ann", expected="two", cursor="three")
    ann = letters.place.user("ann")
    assert told(server, ann) == [("resync", 1), ("updated", 2)]
    assert head_of(step, ann) == Head(head_of(step, ann).epoch, 2, adopting.owner)


def test_a_set_of_another_type_publishes_nothing_anywhere(
    letters: Letters, server: redis.Redis, source: Source
) -> None:
    """PROTOCOL.md, X1."""
    key = passing_key(PREFIX, source.owner)
    server.set(key, "a text")
    assert refusal(lambda: letters.publish("ann")) == ("type", key)
    assert entries(server, letters.place.user("ann")) == []
