"""Who a client of ws4redis's is, without a connection to PostgreSQL kept for as long as it stays."""

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.db import connection
from django.http import HttpRequest


def read_session(request: HttpRequest) -> None:
    """WS4REDIS_PROCESS_REQUEST."""
    request.session = request.user = None  # type: ignore[assignment] # as ws4redis has it
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if key is not None:
        request.session = SessionStore(key)
        request.user = get_user(request)
        connection.close()
