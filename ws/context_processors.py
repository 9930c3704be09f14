"""What templates need to open the gateway; ws4redis's names."""

import json

from django.http import HttpRequest
from django.utils.safestring import mark_safe

from ws.settings import load

_ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&"}
"""As Django's json_script has them: nothing of the text ends the script that it stands in."""


def websocket(request: HttpRequest) -> dict[str, str]:
    """`WEBSOCKET_URI`, the gateway's address up to the facility, and `WS4REDIS_HEARTBEAT` as JSON for a script.

    The gateway is where the page came from: under `runserver`, and behind a proxy that sends WEBSOCKET_URL to it.
    ws4redis's templates write `heartbeat_msg: {{ WS4REDIS_HEARTBEAT }}`; in an attribute add `|force_escape`.
    """
    current = load()
    scheme = "wss" if request.is_secure() else "ws"
    return {
        "WEBSOCKET_URI": f"{scheme}://{request.get_host()}{current.websocket_url}",
        "WS4REDIS_HEARTBEAT": mark_safe(json.dumps(current.heartbeat).translate(_ESCAPES)),  # noqa: S308 - escaped
    }
