"""What site and gateway, behind a proxy, know of who asks. At /who the site tells, at /ws/who the gateway."""

import json

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from ws.context_processors import websocket


def page(request: HttpRequest) -> HttpResponse:
    return JsonResponse({**_known(request), "uri": websocket(request)["WEBSOCKET_URI"]})


def refuse_and_tell(request: HttpRequest) -> None:
    """In WS4REDIS_PROCESS_REQUEST's place."""
    if request.path == "/ws/who":
        raise PermissionDenied(json.dumps(_known(request)))


def _known(request: HttpRequest) -> dict[str, object]:
    forwarded = {name: value for name, value in request.headers.items() if "Forwarded" in name}
    known = {"address": request.META["REMOTE_ADDR"], "scheme": request.scheme, "host": request.get_host()}
    return {**known, "forwarded": forwarded}


urlpatterns = [path("who", page)]
