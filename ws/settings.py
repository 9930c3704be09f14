"""ws4redis's settings, by their names and with its defaults, and `settings.WS`, in one frozen value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

WS4REDIS_DEFAULT_CONNECTION = {"host": "localhost", "port": 6379, "db": 0, "password": None}

SUBSCRIBER = "ws4redis.subscriber.RedisSubscriber"

Callback = Callable[..., Any]

WS_DEFAULTS: Mapping[str, Any] = {
    "ALLOWED_ORIGINS": None,
    "ALLOW_PUBLISH": None,
    "TRUSTED_PROXIES": (),
    "MAX_CLIENTS": None,
    "MAX_CLIENTS_PER_ADDRESS": 1000,
    "MAX_MESSAGE_BYTES": 64 * 1024,
    "MAX_MESSAGES_PER_SECOND": 100,
    "PING_SECONDS": 20.0,
    "HANDSHAKE_SECONDS": 10.0,
    "MAX_UNSENT_BYTES": 4 * 1024 * 1024,
    "DRAIN_SECONDS": 2.0,
    "RESUME_MESSAGES": 10_000,
    "TICKET_SECONDS": 30,
    "CANARY_SECONDS": None,
}


@dataclass(frozen=True, slots=True)
class WsSettings:
    """What listener and gateway need to know."""

    websocket_url: str
    """URL prefix of the gateway, with a slash at both ends."""
    connection: Mapping[str, Any]
    """Keyword arguments for redis-py's client."""
    prefix: str | None
    expire_seconds: int
    """How long the last message of a channel is kept; 0 or less: it is not."""
    heartbeat: str | None
    """The heartbeat text; None: none is sent."""
    subscriber: str
    """Dotted path of the class that knows the query words."""
    allowed_channels: Callback | str | None
    """`f(request, words) -> words`, plain or async; or its dotted path."""
    process_request: Callback | str | None
    """`f(request)`, plain or async, in place of reading the session's cookie; or its dotted path."""
    allow_publish: Callback | str | bool | None
    """None: no client may publish. True: those whom `allowed_channels` lets. A callable as that one decides besides."""
    allowed_origins: Sequence[str] | None
    """Origins that may connect; None: only pages of the same host and port."""
    trusted_proxies: Sequence[str]
    """Addresses and networks, and "unix": whose X-Forwarded-For, -Proto and -Host count."""
    max_clients: int | None
    """Of one process. None: as many as its file descriptors allow, less a reserve."""
    max_clients_per_address: int | None
    """Of one process; None: as many as come."""
    max_message_bytes: int
    max_messages_per_second: float
    """Of one client, pings and fragments too: beyond it, and ten seconds' worth at once, it is read more slowly."""
    ping_seconds: float | None
    """A client that has said nothing for so long is asked by a ping whether it is there; None: nobody is."""
    handshake_seconds: float
    max_unsent_bytes: int
    """Per client; one that is further behind is closed as too slow."""
    drain_seconds: float
    resume_messages: int
    """How many messages of a channel are kept for those who resume, and a few more."""
    ticket_seconds: float
    """How long a ticket may wait until it is used."""
    canary_seconds: float | None
    """How often a change of nobody's is sent through all parts, to see that it comes; None: never."""


def load() -> WsSettings:
    """The settings as they are now."""
    url = getattr(settings, "WEBSOCKET_URL", None)
    own = {**WS_DEFAULTS, **getattr(settings, "WS", {})}
    return WsSettings(
        websocket_url="/ws/" if url is None else url,
        connection=getattr(settings, "WS4REDIS_CONNECTION", WS4REDIS_DEFAULT_CONNECTION),
        prefix=getattr(settings, "WS4REDIS_PREFIX", None),
        expire_seconds=getattr(settings, "WS4REDIS_EXPIRE", 3600) or 0,
        heartbeat=getattr(settings, "WS4REDIS_HEARTBEAT", None) or None,
        subscriber=getattr(settings, "WS4REDIS_SUBSCRIBER", SUBSCRIBER),
        allowed_channels=getattr(settings, "WS4REDIS_ALLOWED_CHANNELS", None),
        process_request=getattr(settings, "WS4REDIS_PROCESS_REQUEST", None),
        allow_publish=own["ALLOW_PUBLISH"],
        allowed_origins=own["ALLOWED_ORIGINS"],
        trusted_proxies=own["TRUSTED_PROXIES"],
        max_clients=own["MAX_CLIENTS"],
        max_clients_per_address=own["MAX_CLIENTS_PER_ADDRESS"],
        max_message_bytes=own["MAX_MESSAGE_BYTES"],
        max_messages_per_second=own["MAX_MESSAGES_PER_SECOND"],
        ping_seconds=own["PING_SECONDS"],
        handshake_seconds=own["HANDSHAKE_SECONDS"],
        max_unsent_bytes=own["MAX_UNSENT_BYTES"],
        drain_seconds=own["DRAIN_SECONDS"],
        resume_messages=own["RESUME_MESSAGES"],
        ticket_seconds=own["TICKET_SECONDS"],
        canary_seconds=own["CANARY_SECONDS"],
    )
