"""For ws4redis: connections to Redis for all clients (redis-py would stop at a hundred), none kept to PostgreSQL."""

from stress.gateway.settings import *  # noqa: F403 - all of it, but for what follows
from stress.gateway.settings import WS4REDIS_CONNECTION

WS4REDIS_CONNECTION = {**WS4REDIS_CONNECTION, "max_connections": 100_000}
WS4REDIS_PROCESS_REQUEST = "stress.gateway.peers.ws4redis_session.read_session"
