"""A view of Django's that issues tickets: `path("tickets/<path:facility>", ticket)` in urls.py."""

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ws.gateway.ticket_office import issue
from ws.settings import load


@never_cache
@require_POST
def ticket(request: HttpRequest, facility: str) -> HttpResponse:
    """POST: `{"ticket": "…", "expires_in": seconds}` for who is signed in, 403 for everybody else."""
    if not request.user.is_authenticated:
        return HttpResponseForbidden("Sign in first.", content_type="text/plain")
    return JsonResponse({"ticket": issue(request, facility), "expires_in": load().ticket_seconds})
