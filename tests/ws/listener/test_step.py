"""The atomic step on a real Redis: numbered, appended, published, kept, and the cursor moved; all of it or nothing."""

import pytest
import redis

from tests.ws.listener.conftest import SettingsFor, Subscriber
from ws.listener.heads import Head, Source
from ws.listener.step import RefusedError, Step
from ws.wire.channels import Channel

EPOCH = "0123456789abcdef"
RESYNC = b'{"status": "resync", "model": "order", "uuid": null, "epoch": "0123456789abcdef"}'


def messages(count: int, first: int = 1) -> list[bytes]:
    return [
        b'{"status": "updated", "model": "order", "uuid": "%032x"}' % number for number in range(first, first + count)
    ]


def test_a_batch_is_numbered_appended_published_and_kept(
    settings_for: SettingsFor, redis_url: str, server: redis.Redis, channel: Channel, subscriber: Subscriber
) -> None:
    step = Step(settings_for(redis_url), Source("7123", 5, 16400))
    assert step.load([channel]).heads == {}
    step.begin(None, "one", {channel: EPOCH}, {channel: [RESYNC]})
    step.publish("one", "two", {channel: messages(2)})
    expected = [m[:-1] + b', "seq": %d}' % seq for seq, m in enumerate([RESYNC, *messages(2)], 1)]
    assert subscriber.messages_until_now() == expected
    assert server.get(channel) == expected[-1]
    held = Step(settings_for(redis_url), Source("7123", 5, 16400)).load([channel])
    assert (held.cursor, held.heads) == ("two", {channel: Head(EPOCH, 3, "7123.5.16400")})
    assert held.redis == held.here
    assert not held.torn
    with pytest.raises(RefusedError) as refused:
        step.publish("one", "two", {channel: messages(2)})
    assert refused.value.reason == "cursor"
