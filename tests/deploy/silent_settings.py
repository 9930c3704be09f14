"""As behind a proxy, without heartbeats."""

from tests.deploy.proxied_settings import *  # noqa: F403 - all of it, but for what follows

WS4REDIS_HEARTBEAT = ""
