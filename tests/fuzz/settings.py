"""The reference site's settings for a gateway that everything is said to: all may publish, and limits are soon met."""

from project.settings import *  # noqa: F403 - all of it, but for what follows

WS = {
    "ALLOW_PUBLISH": True,
    "TRUSTED_PROXIES": ["127.0.0.1"],
    "MAX_CLIENTS_PER_ADDRESS": 3,
    "MAX_MESSAGES_PER_SECOND": 200,
    "PING_SECONDS": 1.0,
    "HANDSHAKE_SECONDS": 3.0,
    "MAX_UNSENT_BYTES": 256 * 1024,
    "TICKET_SECONDS": 100_000,
}
WS4REDIS_PREFIX = "fuzz"
WS4REDIS_HEARTBEAT = "--heartbeat--"
