"""Who follows what: order, one batch for all, and clean leaving."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from ws.gateway.frames import message_frame
from ws.gateway.hub import Hub
from ws.wire.channels import Channel
from ws.wire.codes import MISSED, Close

SKY, SEA = Channel("rodan:broadcast:sky"), Channel("rodan:broadcast:sea")


class Recorder:
    """Keeps what it is given."""

    def __init__(self, then: Callable[[], object] = lambda: None) -> None:
        self.said: bytes | None = None
        self.batches: list[bytes] = []
        self.closes: list[Close] = []
        self._then = then

    def deliver(self, frames: bytes) -> None:
        self.batches.append(frames)
        self._then()

    def close(self, close: Close) -> None:
        self.closes.append(close)
        self._then()


def batch(*messages: bytes) -> bytes:
    return b"".join(map(message_frame, messages))


def follow(hub: Hub, channel: Channel = SKY) -> Recorder:
    """A new client of this channel."""
    client = Recorder()
    hub.join(client, channel, 0.0)
    return client


def test_messages_of_a_turn_arrive_together_and_in_order() -> None:
    hub = Hub()
    client = follow(hub)
    for message in [b"one", b"two", b"three"]:
        hub.publish(SKY, message)
    hub.flush(0.0)
    assert client.batches == [batch(b"one", b"two", b"three")]


def test_all_clients_share_one_object() -> None:
    hub = Hub()
    clients = [follow(hub) for _ in range(3)]
    hub.publish(SKY, b"one")
    hub.publish(SKY, b"two")
    hub.flush(0.0)
    assert len({id(client.batches[0]) for client in clients}) == 1


def test_the_turns_first_message_asks_for_a_flush() -> None:
    hub = Hub()
    follow(hub, SKY), follow(hub, SEA)
    assert [hub.publish(SKY, b"one"), hub.publish(SKY, b"two"), hub.publish(SEA, b"three")] == [True, False, False]
    hub.flush(0.0)
    assert hub.publish(SEA, b"four")


def test_nothing_is_written_without_messages() -> None:
    hub = Hub()
    client = follow(hub)
    hub.flush(0.0)
    hub.publish(SKY, b"one")
    hub.flush(0.0)
    hub.flush(0.0)
    assert len(client.batches) == 1


def test_a_joiner_gets_nothing_that_came_before() -> None:
    hub = Hub()
    earlier = follow(hub)
    hub.publish(SKY, b"before")
    joiner = follow(hub)
    hub.publish(SKY, b"after")
    hub.flush(0.0)
    assert earlier.batches == [batch(b"before"), batch(b"after")]
    assert joiner.batches == [batch(b"after")]


def test_a_message_before_the_flush_that_a_joiner_forces_still_asks_for_the_next() -> None:
    hub = Hub()
    follow(hub)
    hub.publish(SKY, b"before")
    follow(hub)
    assert hub.publish(SKY, b"after")


def test_a_chunk_is_its_messages() -> None:
    hub = Hub()
    followers = hub.join(client := Recorder(), SKY, 0.0)
    assert hub.publish_chunk(SKY, b"one\ntwo")
    assert not hub.publish(SKY, b"three")
    hub.flush(0.0)
    assert client.batches == [batch(b"one", b"two", b"three")]
    assert followers.messages == 3


def test_all_of_a_channel_are_dismissed_and_nobody_else() -> None:
    hub = Hub()
    clients: list[Recorder] = []
    clients += [Recorder(lambda at=at: hub.leave(clients[at], SKY)) for at in range(3)]  # type: ignore[misc]
    for client in clients:
        hub.join(client, SKY, 0.0)
    other = follow(hub, SEA)
    assert (hub.dismiss(SKY, MISSED), hub.dismiss(SKY, MISSED)) == (3, 0)
    assert [client.closes for client in (*clients, other)] == [[MISSED], [MISSED], [MISSED], []]


def test_channels_do_not_mix() -> None:
    hub = Hub()
    sky, sea = follow(hub, SKY), follow(hub, SEA)
    hub.publish(SKY, b"star")
    hub.publish(SEA, b"fish")
    hub.flush(0.0)
    assert (sky.batches, sea.batches) == ([batch(b"star")], [batch(b"fish")])


def test_a_channel_without_followers_keeps_nothing() -> None:
    hub = Hub()
    assert not hub.publish(SKY, b"unheard")
    client = follow(hub)
    hub.flush(0.0)
    assert client.batches == []


def test_who_left_gets_nothing_and_the_others_go_on() -> None:
    hub = Hub()
    gone, stays = follow(hub), follow(hub)
    hub.leave(gone, SKY)
    hub.publish(SKY, b"one")
    hub.flush(0.0)
    assert (gone.batches, stays.batches) == ([], [batch(b"one")])


def test_only_the_last_to_leave_ends_the_channel() -> None:
    hub = Hub()
    first, last = follow(hub), follow(hub)
    assert not hub.leave(first, SKY)
    assert hub.is_followed(SKY)
    assert hub.leave(last, SKY)
    assert not hub.is_followed(SKY)


def test_leaving_twice_does_no_harm() -> None:
    hub = Hub()
    client, other = follow(hub), follow(hub)
    assert [hub.leave(client, SKY), hub.leave(client, SKY), hub.leave(client, SEA)] == [False] * 3
    assert hub.leave(other, SKY)
    assert not hub.leave(other, SKY)


def test_who_leaves_while_it_is_written_to_keeps_nothing_from_the_others() -> None:
    hub = Hub()
    clients: list[Recorder] = []
    clients += [Recorder(lambda at=at: hub.leave(clients[at], SKY)) for at in range(5)]  # type: ignore[misc]
    for client in clients:
        hub.join(client, SKY, 0.0)
    hub.publish(SKY, b"one")
    hub.flush(0.0)
    assert [client.batches for client in clients] == [[batch(b"one")]] * 5
    assert not hub.is_followed(SKY)


def test_a_message_that_comes_while_flushing_waits_for_the_next_flush() -> None:
    hub = Hub()
    asked: list[bool] = []
    client = Recorder(lambda: asked.append(hub.publish(SKY, b"next")) if not asked else None)
    hub.join(client, SKY, 0.0)
    hub.publish(SKY, b"one")
    hub.flush(0.0)
    assert (asked, client.batches) == ([True], [batch(b"one")])
    hub.flush(0.0)
    assert client.batches == [batch(b"one"), batch(b"next")]


def test_who_returns_after_everybody_left_gets_nothing_from_before() -> None:
    hub = Hub()
    client = follow(hub)
    hub.publish(SKY, b"before")
    hub.leave(client, SKY)
    again = follow(hub)
    hub.flush(0.0)
    assert (client.batches, again.batches) == ([], [])


def test_followers_know_how_many_messages_came_and_when() -> None:
    hub = Hub()
    followers = hub.join(Recorder(), SKY, 0.0)
    hub.publish(SKY, b"one")
    hub.publish(SKY, b"two")
    assert (followers.messages, followers.delivered_at) == (2, 0.0)
    hub.flush(7.0)
    assert followers.delivered_at == 7.0


CALLS = st.lists(st.tuples(st.sampled_from(["join", "leave", "publish", "flush"]), st.integers(0, 3)))


@given(CALLS)
def test_each_client_gets_what_is_published_while_it_follows(calls: list[tuple[str, int]]) -> None:
    hub, clients = Hub(), [Recorder() for _ in range(4)]
    expected: list[bytes] = [b""] * 4
    following: set[int] = set()
    for turn, (call, who) in enumerate(calls):
        hub_call(hub, clients[who], call, b"%d" % turn)
        if call == "join":
            following.add(who)
        elif call == "leave":
            following.discard(who)
        elif call == "publish":
            hub.flush(0.0)
            expected = [text + batch(b"%d" % turn) * (at in following) for at, text in enumerate(expected)]
    assert [b"".join(client.batches) for client in clients] == expected


def hub_call(hub: Hub, client: Recorder, call: str, message: bytes) -> None:
    """One step of the property above."""
    if call == "join":
        hub.join(client, SKY, 0.0)
    elif call == "leave":
        hub.leave(client, SKY)
    elif call == "publish":
        hub.publish(SKY, message)
    else:
        hub.flush(0.0)
