"""What comes through all parts, and what is told when it does not; without a loop."""

import json
from collections.abc import Collection
from datetime import UTC, datetime

import pytest

from tests.ws.observed import Observed
from ws.gateway.canary import Canary
from ws.gateway.followed import Follower
from ws.gateway.frames import message_frame
from ws.gateway.hub import Hub
from ws.gateway.observations import CanaryHeard, CanarySilent
from ws.wire.channels import Channel
from ws.wire.codes import RESTARTING

CHANNEL = Channel("rodan:rowcast:canary")


TODAY = datetime(2026, 11, 27, 8, 0, 10, tzinfo=UTC)


class Following:
    """A hub, and what else is asked."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.polled: list[Channel] = []

    def join(self, client: Follower, channels: Collection[Channel]) -> None:
        for channel in channels:
            client.follows = (*client.follows, self.hub.join(client, channel, 0.0))

    def leave(self, client: Follower) -> None:
        for followers in client.follows:
            self.hub.leave(client, followers.channel)
        client.follows = ()

    def poll(self, channel: Channel) -> None:
        self.polled.append(channel)


class Redis:
    """Heard at some time."""

    is_connected = True
    heard_at = 0.0

    def silent_seconds(self, now: float) -> float:
        return now - self.heard_at


class Scene:
    """One canary, and what is around it; a second a step."""

    def __init__(self) -> None:
        self.following, self.redis, self.observed, self.now = Following(), Redis(), Observed(), 100.0
        self.canary = Canary(CHANNEL, 1.0, self.following, self.redis, observe=self.observed, today=lambda: TODAY)
        self.tick(0.0)

    def tick(self, seconds: float = 1.0) -> None:
        self.now += seconds
        self.canary.tick(self.now)

    def sing(self, at: str = "2026-11-27 08:00:09.5") -> None:
        message = json.dumps({"canary": "1", "at": at, "seq": 1}).encode()
        self.following.hub.publish(CHANNEL, message)
        self.following.hub.flush(self.now)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_what_comes_is_heard_with_its_delay(scene: Scene) -> None:
    scene.sing()
    scene.tick()
    assert scene.canary.age_seconds(scene.now) == 0.0
    assert scene.canary.delay_seconds == 0.5
    assert scene.canary.was_heard


def test_a_clock_that_is_ahead_makes_no_negative_delay(scene: Scene) -> None:
    scene.sing(at="2026-11-27 08:00:11")
    scene.tick()
    assert scene.canary.delay_seconds == 0.0


@pytest.mark.parametrize("frame", [b'{"canary": null, "epoch": "e"}', b"\xff", b"[]", b'{"at": null}', b'{"at": "x"}'])
def test_what_an_epoch_begins_with_and_what_is_none_of_ours_do_not_count(scene: Scene, frame: bytes) -> None:
    scene.canary.deliver(message_frame(frame))
    scene.tick()
    assert scene.canary.age_seconds(scene.now) == 1.0


def test_a_kept_one_does_not_count(scene: Scene) -> None:
    scene.canary.joining = 1
    scene.canary.deliver(message_frame(b"{}"))
    scene.tick()
    assert scene.canary.age_seconds(scene.now) == 1.0
    assert not scene.canary.was_heard


def test_silence_is_told_once_and_so_is_its_end(scene: Scene) -> None:
    for _ in range(6):
        scene.tick()
    scene.sing()
    scene.tick()
    assert len(scene.observed.of(CanarySilent)) == len(scene.observed.of(CanaryHeard)) == 1
    assert not scene.canary.is_silent


def test_redis_is_asked_before_silence_is_told(scene: Scene) -> None:
    for _ in range(3):
        scene.tick()
    assert scene.following.polled == [CHANNEL]
    assert scene.observed.of(CanarySilent) == []


def test_where_redis_answers_it_is_not_what_is_silent(scene: Scene) -> None:
    for _ in range(4):
        scene.tick()
        scene.redis.heard_at = scene.now
    assert "Redis answers" in scene.observed.of(CanarySilent)[0].hop


def test_where_redis_does_not_answer_it_is_named(scene: Scene) -> None:
    for _ in range(4):
        scene.tick()
    assert "does not answer" in scene.observed.of(CanarySilent)[0].hop


def test_where_redis_is_lost_that_is_named(scene: Scene) -> None:
    scene.redis.is_connected = False
    for _ in range(4):
        scene.tick()
    assert scene.observed.of(CanarySilent)[0].hop == "Redis is lost"


def test_who_is_dismissed_joins_again(scene: Scene) -> None:
    scene.following.hub.dismiss(CHANNEL, RESTARTING)
    assert not scene.canary.follows
    scene.tick()
    scene.sing()
    scene.tick()
    assert scene.canary.was_heard
