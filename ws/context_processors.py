"""What templates need to open the gateway; ws4redis's names."""

import json

from django.http import HttpRequest

from ws.settings import load


def websocket(request: HttpRequest) -> dict[str, str]:
    """`WEBSOCKET_URI`, the gateway's address up to the facility, and `WS4REDIS_HEARTBEAT` as JSON.

    The gateway is where the page came from: under `runserver`, and behind a proxy that sends WEBSOCKET_URL to it.
    """
    current = load()
    scheme = "wss" if request.is_secure() else "ws"
    return {
        "WEBSOCKET_URI": f"{scheme}://{request.get_host()}{current.websocket_url}",
        "WS4REDIS_HEARTBEAT": json.dumps(current.heartbeat),
    }
