"""Who may follow what: `WS4REDIS_ALLOWED_CHANNELS`."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def allowed_channels(request: HttpRequest, channels: Sequence[str]) -> set[str]:
    """Whoever is signed in may follow everything; others only what is broadcast, and never the staff's facility."""
    if getattr(request.user, "is_authenticated", False):
        return set(channels)
    if request.path_info.endswith("/staff"):
        raise PermissionDenied("Sign in to follow what the staff say.")
    return set(channels).intersection(["subscribe-broadcast"])
