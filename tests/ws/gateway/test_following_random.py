"""Whatever comes between what: each client hears every message once and in order, or is told that it missed some."""

from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.ws.gateway.modelled_redis import ModelledClient, ModelledRedis, World
from ws.gateway.position import Position

CALLS = st.sampled_from(
    ["settle"] * 3
    + ["execute"] * 4
    + ["deliver"] * 4
    + ["append"] * 3
    + [
        "turn",
        "unheard",
        "forge",
        "others",
        "join",
        "join",
        "leave",
        "leave",
        "poll",
        "lose",
        "lose",
        "regain",
        "regain",
    ]
    + ["epoch", "trim", "trim", "back", "flush"]
)


@settings(max_examples=500, deadline=None)
@example(1, [("settle", 0), ("forge", 0), ("deliver", 0), ("append", 0), ("join", 0)])  # a kept message that is old
@given(st.integers(0, 3), st.lists(st.tuples(CALLS, st.integers(0, 3)), min_size=5, max_size=40))
def test_whatever_happens_each_client_hears_every_message_once_or_is_told(
    before: int, calls: list[tuple[str, int]]
) -> None:
    world = World()
    if before:
        world.redis.append(before)
    world.joined()
    for call, number in calls:
        world_call(world, call, number)
    world.redis.regain()
    world.settle()
    world.poll()
    world.settle()
    for client in world.clients:
        within_epochs(client.positions())
        if client.follows:
            up_to_the_head(client, world.redis)


def world_call(world: World, call: str, number: int) -> None:
    """One step of the property above."""
    redis = world.redis
    steps = {
        "settle": redis.settle,
        "execute": lambda: redis.execute(number + 1),
        "deliver": lambda: redis.deliver(number + 1),
        "append": lambda: redis.append(number + 1),
        "unheard": lambda: redis.append(number + 1, is_published=False),
        "forge": lambda: redis.publish(b'{"epoch": "forged", "seq": %d}' % number),
        "others": lambda: redis.publish(b"somebody's") if number == 0 else redis.keep(b"somebody's"),
        "join": world.join,
        "leave": lambda: world.clients[-1 - number].leave() if number < len(world.clients) else None,
        "poll": world.poll,
        "turn": world.loop.turn,
        "lose": redis.lose,
        "regain": redis.regain,
        "epoch": lambda: redis.begin_epoch(number + 1),
        "trim": lambda: redis.trim(number),
        "back": lambda: redis.go_back(number),
        "flush": redis.flush,
    }
    steps[call]()


def within_epochs(heard: list[Position]) -> None:
    """Without a gap, none twice; and each epoch but the first one from its start."""
    assert len(heard) == len(set(heard))
    for before, after in pairwise(heard):
        assert after in (Position(before.epoch, before.seq + 1), Position(after.epoch, 1)), (before, after)


def up_to_the_head(client: ModelledClient, redis: ModelledRedis) -> None:
    """Nothing is missing between the moment at which it joined and now."""
    since, head, heard = redis.heads[client], redis.head, client.positions()
    assert client.heard_before_beat is not None
    if head == since:
        return
    if head is None:
        assert not heard, "it was not told that the stream is gone"
        return
    assert heard[-1] == head
    first = min(position.seq for position in heard if position.epoch == head.epoch)
    assert first <= (since.seq + 1 if since is not None and since.epoch == head.epoch else 1)
