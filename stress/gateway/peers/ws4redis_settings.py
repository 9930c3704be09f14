"""For ws4redis: a connection to Redis for each client, where redis-py would stop at a hundred."""

from stress.gateway.settings import *  # noqa: F403 - all of it, but for what follows
from stress.gateway.settings import WS4REDIS_CONNECTION

WS4REDIS_CONNECTION = {**WS4REDIS_CONNECTION, "max_connections": 100_000}
