"""Messages, and what stands in Redis after a step."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import redis

from ws.listener.heads import Head
from ws.listener.step import Step
from ws.wire.channels import Channel, head_key, stream_key
from ws.wire.message import split

PREFIX = "test"
EPOCH = "0123456789abcdef"
OTHER_EPOCH = "fedcba9876543210"
RESYNC = b'{"status": "resync", "model": "order", "uuid": null, "epoch": "0123456789abcdef"}'


def messages(count: int) -> list[bytes]:
    """So many that no other call gives."""
    return [b'{"status": "updated", "model": "order", "uuid": "%s"}' % uuid4().hex.encode() for _ in range(count)]


def begin(step: Step, *channels: Channel) -> None:
    """A first epoch on these channels, without announcements; the cursor is "one"."""
    step.load(channels)
    step.begin(None, "one", dict.fromkeys(channels, EPOCH), {})


def streamed(server: redis.Redis, channel: str) -> list[bytes]:
    """The messages that stand in a channel's stream."""
    return [message for _, fields in entries(server, channel) for message in split(fields[b"messages"])]


def entries(server: redis.Redis, channel: str) -> list[tuple[bytes, Mapping[bytes, bytes]]]:
    found: Any = server.xrange(stream_key(PREFIX, Channel(channel)))
    return list(found)


def everything(server: redis.Redis, *channels: str) -> list[object]:
    """All that a step could have changed on these channels."""
    keys = [(head_key(PREFIX, Channel(name)), stream_key(PREFIX, Channel(name)), name) for name in channels]
    return [server.dump(key) for names in keys for key in names]


def head_of(step: Step, channel: Channel) -> Head:
    return step.load([channel]).heads[channel]
