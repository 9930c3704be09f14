"""Channels' layer, for its server and for who tells it."""

import os
from collections.abc import Mapping
from typing import Any

LAYER = os.environ.get("BENCH_LAYER", "channels_redis.pubsub.RedisPubSubChannelLayer")


def layer_options(redis_url: str) -> Mapping[str, Any]:
    """Of Redis at this address."""
    return {"hosts": [redis_url], **({"capacity": 1_000_000} if "core" in LAYER else {})}
