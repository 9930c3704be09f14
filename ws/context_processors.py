"""What templates need to open the gateway; ws4redis's names."""

import json

from django.conf import settings
from django.http import HttpRequest

from ws.settings import load


def websocket(request: HttpRequest) -> dict[str, str]:
    """`WEBSOCKET_URI`, the gateway's address up to the facility, and `WS4REDIS_HEARTBEAT` as JSON.

    The gateway is where the page came from, unless `settings.GATEWAY_PORT` says that it has a port of its own.
    """
    current = load()
    host, port = request.get_host(), getattr(settings, "GATEWAY_PORT", None)
    if port is not None:
        host = f"{_without_port(host)}:{port}"
    scheme = "wss" if request.is_secure() else "ws"
    return {
        "WEBSOCKET_URI": f"{scheme}://{host}{current.websocket_url}",
        "WS4REDIS_HEARTBEAT": json.dumps(current.heartbeat),
    }


def _without_port(host: str) -> str:
    """`host` of `host:port`; an IPv6 address keeps its brackets."""
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host
