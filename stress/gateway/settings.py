"""The site's settings in the servers that the benchmark starts: sessions are in their cookies."""

import os

from project.settings import *  # noqa: F403 - all of it, but for what follows

DEBUG = False
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": os.environ.get("BENCH_CHANNEL_LAYER", "channels_redis.core.RedisChannelLayer"),
        "CONFIG": {"hosts": [os.environ.get("REDIS_URL", "redis://localhost:6379/0")], "capacity": 1_000_000},
    }
}
"""Channels' only: with a capacity of 100, its default, it drops what it cannot deliver at once."""
