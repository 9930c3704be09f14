"""Which query words are understood; ws4redis's names. `WS4REDIS_SUBSCRIBER` may name a class of the same shape."""

from collections.abc import Sequence

AUDIENCES = ("session", "group", "user", "broadcast")


class RedisSubscriber:
    """All words of ws4redis."""

    subscription_channels: Sequence[str] = (
        "subscribe-session",
        "subscribe-group",
        "subscribe-user",
        "subscribe-broadcast",
    )
    publish_channels: Sequence[str] = ("publish-session", "publish-group", "publish-user", "publish-broadcast")
